# SPDX-License-Identifier: Apache-2.0
"""The margin model M1 to M9 in real numbers, without rounding: the judge of the integers.

The oracle shares no arithmetic with the specification: it takes ln, sqrt and N itself and reads
only what a snapshot states (prices, SVI parameters, multipliers), never a field derived for the
circuit. The numeric reserve of M9 covers rounding, of which there is none here, so it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mpmath import mpf

from zkmargin.errors import BookError
from zkmargin.real_market import (
    ONE,
    REAL,
    ZERO,
    RealBook,
    RealExpiry,
    RealMarket,
    RealScenario,
    RealSlot,
    RealSvi,
)

__all__ = [
    "REAL",
    "Contingencies",
    "OracleResult",
    "RealBook",
    "RealExpiry",
    "RealMarket",
    "RealScenario",
    "RealSlot",
    "RealSvi",
    "black76_call",
    "evaluate",
    "normal_cdf",
    "normal_density",
    "scan_loss",
]

_HALF = ONE / 2
_ROOT_HALF = REAL.sqrt(_HALF)
_ROOT_TWO_PI = REAL.sqrt(2 * REAL.pi)


def normal_cdf(x: mpf) -> mpf:
    """N(x); the smaller of the two tails comes from erfc and keeps its relative precision."""
    tail = _HALF * REAL.erfc(abs(x) * _ROOT_HALF)
    return ONE - tail if x > 0 else tail


def normal_density(x: mpf) -> mpf:
    """n(x) = exp(-x^2 / 2) / sqrt(2 pi)."""
    return REAL.exp(-x * x / 2) / _ROOT_TWO_PI


def black76_d1(forward: mpf, strike: mpf, s: mpf) -> mpf:
    """d1 = ln(F / K) / s + s / 2 for a total vol s > 0 (M2)."""
    return REAL.log(forward / strike) / s + _HALF * s


def black76_call(forward: mpf, strike: mpf, s: mpf) -> mpf:
    """Undiscounted Black-76 call C = F N(d1) - K N(d1 - s); intrinsic at s = 0 (M2)."""
    forward, strike, s = REAL.convert(forward), REAL.convert(strike), REAL.convert(s)
    if s == 0:
        return max(forward - strike, ZERO)
    d1 = black76_d1(forward, strike, s)
    return forward * normal_cdf(d1) - strike * normal_cdf(d1 - s)


@dataclass(frozen=True)
class _PricedSlot:
    """A slot with its value V now, the moves dV at every point, and its greeks (M3, M8)."""

    slot: RealSlot
    value: mpf
    moves: Mapping[tuple[mpf, str], mpf]
    delta: mpf
    gamma: mpf
    vega: mpf


@dataclass(frozen=True)
class Contingencies:
    """The charges of M8, in quote, all >= 0."""

    perp: mpf
    base: mpf
    naked: mpf
    hedge: mpf
    vega: mpf

    @property
    def total(self) -> mpf:
        """C."""
        return self.perp + self.base + self.naked + self.hedge + self.vega


@dataclass(frozen=True)
class OracleResult:
    """Everything M1 to M9 say about one book in one market, in quote.

    pnl           P&L of each scenario, in the market's order, positive is good (M5)
    basis, scan   losses, >= 0 (M6, M7)
    mmr           requirement, without the numeric reserve (M9)
    delta         net delta, base and perp included [contracts]
    gamma, vega   net, per unit of forward and per unit of annual vol, base point
    gross         sum abs(qC + qP) (F max_m + K) + base S + abs(perp) P
    leg_gross     the same with abs(qC) + abs(qP): what max_gross bounds
    """

    nav: mpf
    pnl: tuple[mpf, ...]
    basis: mpf
    scan: mpf
    contingencies: Contingencies
    mmr: mpf
    delta: mpf
    gamma: mpf
    vega: mpf
    gross: mpf
    leg_gross: mpf

    def excess(self, level: mpf = 1) -> mpf:
        """NAV - level MMR; below zero is a shortfall (M9)."""
        return self.nav - REAL.convert(level) * self.mmr


def evaluate(market: RealMarket, book: RealBook) -> OracleResult:
    """The margin of a book (M1 to M9).

    raises   BookError if a slot names an expiry that the market does not list
    """
    priced = [_price(market, slot) for slot in book.slots if slot.call != 0 or slot.put != 0]
    pnl = tuple(_scenario_pnl(market, book, priced, s) for s in market.scenarios)
    basis = _basis_loss(market, priced)
    scan = scan_loss(pnl, basis)
    charges = _contingencies(market, book, priced)
    return OracleResult(
        nav=_net_asset_value(market, book, priced),
        pnl=pnl,
        basis=basis,
        scan=scan,
        contingencies=charges,
        mmr=market.phi * (scan + charges.total),
        delta=_net_delta(book, priced),
        gamma=sum((p.gamma for p in priced), ZERO),
        vega=sum((p.vega for p in priced), ZERO),
        gross=_gross(market, book, priced, lambda slot: abs(slot.net)),
        leg_gross=_gross(market, book, priced, lambda slot: abs(slot.call) + abs(slot.put)),
    )


def scan_loss(pnl: Sequence[mpf], basis: mpf) -> mpf:
    """Scan = max(0, max_w -PnL_w, Basis) (M7)."""
    return max(ZERO, basis, *(-gain for gain in pnl))


def _row(market: RealMarket, slot: RealSlot) -> RealExpiry:
    if slot.expiry not in market.expiries:
        raise BookError("slot expiry", slot.expiry, "the market does not list it")
    return market.expiries[slot.expiry]


def _price(market: RealMarket, slot: RealSlot) -> _PricedSlot:
    row = _row(market, slot)
    if row.settled:
        return _PricedSlot(slot, _value(slot, row.forward, ZERO), {}, ZERO, ZERO, ZERO)
    s = row.total_vol(slot.strike)
    value = _value(slot, row.forward, s)
    moves = {
        (m, mode): _value(slot, m * row.forward, row.shocked(s, mode)) - value
        for m, mode in market.points
    }
    d1 = black76_d1(row.forward, slot.strike, s)
    density = normal_density(d1)
    delta = slot.net * normal_cdf(d1) - slot.put
    gamma = slot.net * density / (row.forward * s)
    vega = slot.net * row.forward * density * row.sqrt_years
    return _PricedSlot(slot, value, moves, delta, gamma, vega)


def _value(slot: RealSlot, forward: mpf, s: mpf) -> mpf:
    """V = (qC + qP) C(F, K, s) - qP (F - K) (M3)."""
    call = black76_call(forward, slot.strike, s) if slot.net != 0 else ZERO
    return slot.net * call - slot.put * (forward - slot.strike)


def _net_asset_value(market: RealMarket, book: RealBook, priced: Sequence[_PricedSlot]) -> mpf:
    """NAV, without the numeric reserve (M4)."""
    cash = market.credit * max(book.cash, ZERO) + market.debit * min(book.cash, ZERO)
    perp = book.perp * (market.perp_mark - market.cumulative_funding) - book.perp_entry
    return cash + book.base * market.index + perp + sum((p.value for p in priced), ZERO)


def _scenario_pnl(
    market: RealMarket, book: RealBook, priced: Sequence[_PricedSlot], scenario: RealScenario
) -> mpf:
    """PnL_w of one scenario (M5)."""
    point = (scenario.multiplier, scenario.vol_mode)
    options = sum((p.moves.get(point, ZERO) for p in priced), ZERO)
    linear = book.base * market.index + book.perp * market.perp_mark
    return scenario.weight * (options + linear * (scenario.multiplier - 1))


def _basis_loss(market: RealMarket, priced: Sequence[_PricedSlot]) -> mpf:
    """Basis = sum_j basis_j max(0, -dV_j(F up), -dV_j(F down)), vol unchanged (M6)."""
    loss = ZERO
    for key, row in market.expiries.items():
        of_row = [p for p in priced if p.slot.expiry == key and not row.settled]
        down = sum((p.moves[market.basis_down, "none"] for p in of_row), ZERO)
        up = sum((p.moves[market.basis_up, "none"] for p in of_row), ZERO)
        loss += row.basis_factor * max(ZERO, -up, -down)
    return loss


def _contingencies(
    market: RealMarket, book: RealBook, priced: Sequence[_PricedSlot]
) -> Contingencies:
    """The charges on top of the scan (M8)."""
    live = [p.slot for p in priced if not market.expiries[p.slot.expiry].settled]
    naked = sum((max(ZERO, -slot.net) for slot in live), ZERO)
    return Contingencies(
        perp=market.perp_pct * abs(book.perp) * market.index,
        base=market.base_pct * book.base * market.index,
        naked=market.naked_pct * market.index * naked,
        hedge=market.hedge_spread * market.index * abs(_net_delta(book, priced)),
        vega=market.vega_spread * sum((abs(p.vega) for p in priced), ZERO),
    )


def _net_delta(book: RealBook, priced: Sequence[_PricedSlot]) -> mpf:
    return sum((p.delta for p in priced), ZERO) + book.base + book.perp


def _gross(
    market: RealMarket,
    book: RealBook,
    priced: Sequence[_PricedSlot],
    size: Callable[[RealSlot], mpf],
) -> mpf:
    gross = book.base * market.index + abs(book.perp) * market.perp_mark
    for slot in (p.slot for p in priced):
        forward = market.expiries[slot.expiry].forward
        gross += size(slot) * (forward * market.max_multiplier + slot.strike)
    return gross
