# SPDX-License-Identifier: Apache-2.0
"""The margin of a book for people and for programs: one JSON object, one sentence, one table.

Money is in quote units (USDC) as decimal text, P&L positive when the account gains. The greeks are
those of the base point: delta in contracts, base and perp included; gamma in contracts per 1.0 of
the forward; vega in money per vol point, net of long and short. A settled option has none.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from zkmargin.documents.decimal_text import exact_text, grouped_text, quotient, rounded_text
from zkmargin.documents.reading import time_text
from zkmargin.documents.writing import Json
from zkmargin.fixed import divide_down, divide_up
from zkmargin.margin import MarginReport, healthy
from zkmargin.units import (
    BPS,
    CDF_BITS,
    DENSITY_BITS,
    QUOTE,
    ROOT_TIME_BITS,
    SIZE,
    VOL_TICK_BITS,
)

if TYPE_CHECKING:
    from rich.table import Table

CURRENCY: Final = "USDC"
RATIO_SCALE: Final = 10**6

_VOL_POINTS: Final = 100  # per unit of vol
_CENT: Final = QUOTE // 100


def margin_document(report: MarginReport, level: int) -> dict[str, Json]:
    """The whole margin as one JSON object; level [bps].

    raises   BookError if the level is not within [0, 20000]
    """
    return {
        "account": str(report.book.account),
        "version": str(report.book.version),
        "snapshot_hash": f"{report.snapshot.hash:#066x}",
        "params": report.params.name,
        "level": exact_text(level, BPS),
        "healthy": healthy(report, level),
        "nav": _money(report.nav),
        "mmr": _money(report.mmr),
        "excess": _money(report.excess(level)),
        "ratio": ratio(report),
        "reserve": _money(report.reserve),
        "scan": _money(report.scan),
        "basis": _money(report.basis),
        "static": _money(report.static),
        "contingencies": {name: _money(charge) for name, charge in report.contingencies.items()},
        "worst_scenario": report.worst_scenario,
        "scenarios": {name: _money(gain) for name, gain in report.pnl.items()},
        "basis_losses": {time_text(e): _money(loss) for e, loss in report.basis_losses.items()},
        "delta": delta(report),
        "gamma": gamma(report),
        "vega": vega(report),
        "gross": _money(divide_up(report.gross, SIZE * BPS)),
    }


def ratio(report: MarginReport) -> str | None:
    """NAV / MMR, down to six places; None if nothing is required."""
    if report.mmr == 0:
        return None
    return exact_text(divide_down(report.nav * RATIO_SCALE, report.mmr), RATIO_SCALE)


def delta(report: MarginReport) -> str:
    """Net delta [contracts], nearest."""
    return rounded_text(quotient(report.net_delta_unreduced, SIZE << CDF_BITS), 6)


def gamma(report: MarginReport) -> str:
    """Net gamma sum Q n(d1) / (F s) [contracts per 1.0 quote of the forward], nearest."""
    total = sum(
        (
            Fraction(slot.live_net * slot.density, slot.row.forward * slot.vols.none)
            for slot in report.slots
        ),
        Fraction(0),
    )
    per_quote = total * Fraction(1 << VOL_TICK_BITS, 1 << DENSITY_BITS) * Fraction(QUOTE, SIZE)
    return rounded_text(quotient(per_quote.numerator, per_quote.denominator), 9)


def vega(report: MarginReport) -> str:
    """Net vega sum Q F n(d1) sqrt(years) [quote per vol point], nearest."""
    total = sum(s.live_net * s.row.forward * s.density * s.row.root_time for s in report.slots)
    unit = SIZE * QUOTE * _VOL_POINTS << (DENSITY_BITS + ROOT_TIME_BITS)
    return rounded_text(quotient(total, unit), 6)


def verdict(report: MarginReport, level: int) -> str:
    """The answer in one sentence; level [bps].

    raises   BookError if the level is not within [0, 20000]
    """
    at = f"at level {grouped_text(level, BPS)}"
    if healthy(report, level):
        return f"healthy {at}, with {money_text(report.excess(level))} to spare; {worst(report)}"
    return f"short by {money_text(-report.excess(level))} {at}; {worst(report)}"


def worst(report: MarginReport) -> str:
    """What sets the scan loss, in words."""
    if report.worst_scenario == "none":
        return "no scenario loses"
    loss = f"losing {money_text(report.scan)}"
    if report.worst_scenario == "basis":
        return f"the worst case is the basis, every expiry moving on its own, {loss}"
    return f"the worst scenario is {report.worst_scenario}, {loss}"


def money_text(amount: int) -> str:
    """Money for people: 1,234.56 USDC; below a cent all six places."""
    places = 2 if amount == 0 or abs(amount) >= _CENT else 6
    return f"{grouped_text(amount, QUOTE, places)} {CURRENCY}"


def margin_table(report: MarginReport, level: int) -> Table:
    """The margin as a table, its parts in the order they add up in; level [bps]."""
    table = _table("margin")
    _fill(table, [(name, grouped_text(amount, QUOTE)) for name, amount in _rows(report, level)])
    table.add_section()
    greeks = [
        ("NAV / MMR", ratio(report) or "nothing required"),
        ("delta, contracts", delta(report)),
        ("gamma, contracts per 1.0 of the forward", gamma(report)),
        (f"vega, {CURRENCY} per vol point", vega(report)),
    ]
    _fill(table, greeks)
    return table


def scenario_table(report: MarginReport) -> Table:
    """P&L by scenario and basis loss by expiry, the worst first."""
    table = _table("P&L of each scenario")
    worst_first = sorted(report.pnl.items(), key=lambda entry: entry[1])
    _fill(table, [(name, grouped_text(gain, QUOTE)) for name, gain in worst_first])
    table.add_section()
    losses = report.basis_losses.items()
    _fill(table, [(f"basis {time_text(e)}", grouped_text(-loss, QUOTE)) for e, loss in losses])
    return table


def _table(title: str) -> Table:
    from rich.table import Table

    table = Table()
    table.add_column(title)
    table.add_column(CURRENCY, justify="right")
    return table


def _fill(table: Table, rows: list[tuple[str, str]]) -> None:
    """Adds rows of plain text: square brackets in a name are not markup."""
    from rich.text import Text

    for name, value in rows:
        table.add_row(Text(name), Text(value))


def _rows(report: MarginReport, level: int) -> list[tuple[str, int]]:
    charges = [(f"{name} charge", charge) for name, charge in report.contingencies.items()]
    return [
        ("net asset value (NAV)", report.nav),
        (f"scan loss: {report.worst_scenario}", report.scan),
        *charges,
        ("maintenance requirement (MMR)", report.mmr),
        ("numeric reserve", report.reserve),
        (f"excess at level {grouped_text(level, BPS)}", report.excess(level)),
    ]


def _money(amount: int) -> str:
    return exact_text(amount, QUOTE)
