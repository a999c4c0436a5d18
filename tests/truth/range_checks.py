# SPDX-License-Identifier: Apache-2.0
"""Every quantity that circuits/margin.circom ranges, with the value an honest witness gives it.

A book has a witness exactly if all of them fit and its excess is at least 0. The widths are written
out again on purpose: a test compares them with the circuits' text, so neither changes alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from zkmargin import units
from zkmargin.book import Book, Slot
from zkmargin.fixed import root_down
from zkmargin.margin import CHARGED, SHOCKED, WEIGHTED, MarginReport, PricedSlot, price_slot
from zkmargin.option import base_d1, clamp, fine_inverse, inverse, natural_log, scenario_d1
from zkmargin.params import LN_OFFSET, RiskParams, Scenario
from zkmargin.presets import Preset
from zkmargin.snapshot import Row, Snapshot
from zkmargin.units import BPS, LEVEL_MAX, SIZE
from zkmargin.witness import opened_places

LARGEST_EXCESS = 236  # bits of the last range check of margin.circom


@dataclass(frozen=True)
class Check:
    """A value must be in [low, end), says a gadget of the circuits, as it is written there."""

    gadget: str
    value: int
    low: int
    end: int

    @property
    def fits(self) -> bool:
        """Whether a witness with this value exists."""
        return self.low <= self.value < self.end


def range_checks(report: MarginReport, preset: Preset, level: int) -> Iterator[Check]:
    """All checks of one book, snapshot and level [bps]."""
    book, snapshot = report.book, report.snapshot
    scenarios = [s for block in report.params.blocks[: preset.scenario_blocks] for s in block]
    places = opened_places(book, snapshot, preset)
    rows = [snapshot.listed[place] for place in places]
    yield from _of_book(book)
    yield from _of_market(rows, scenarios, report.params)
    yield from (ranged(4, after - before - 1) for before, after in pairwise(places))
    unused = [_unused(row, snapshot) for row in rows]
    for priced in (*report.slots, *unused):
        yield from _of_slot(priced)
        for scenario in scenarios:
            yield from _of_scenario(priced, scenario)
    yield from _of_charges(report)
    yield from _of_requirement(report, rows, scenarios)
    yield ranged(15, level)
    yield ranged(15, LEVEL_MAX - level)
    yield within("AssertRange", LARGEST_EXCESS, abs(report.excess_unreduced(level)))


def within(gadget: str, bits: int, value: int) -> Check:
    """A value that a gadget needs in [0, 2^bits)."""
    return Check(f"{gadget}({bits})", value, 0, 1 << bits)


def ranged(bits: int, value: int) -> Check:
    """AssertRange(bits)(value)."""
    return within("AssertRange", bits, value)


def magnitude(gadget: str, bits: int, value: int) -> Check:
    """SignMagnitude(bits)(value), or Max(bits) of two numbers that far apart."""
    return Check(f"{gadget}({bits})", value, -1 << bits, 1 << bits)


def root(bits: int, value: int) -> Check:
    """FloorSqrt(bits)(value)."""
    return Check(f"FloorSqrt({bits})", value, 0, 1 << 2 * bits)


def cut(shift: int, span: int, value: int) -> Check:
    """FloorCut(shift, span)(value)."""
    return Check(f"FloorCut({shift}, {span})", value, -1 << span, 1 << span)


def division(exponent: int, bits: int, quotient: int, divisor: int) -> Iterator[Check]:
    """FloorDivide(exponent, bits, quotient)(divisor)."""
    gadget = f"FloorDivide({exponent}, {bits}, {quotient})"
    yield Check(gadget, divisor, 1, (1 << bits) + 1)
    yield Check(gadget, (1 << exponent) // max(1, divisor), 0, 1 << quotient)


def saturating(gadget: str, high: int, low_bits: int, x: int) -> Check:
    """The magnitude of x about minus half a tick, in Cdf(high) or CellCdf(high)."""
    end = (1 << low_bits) * (1 + (1 << high))
    return Check(f"{gadget}({high})", -x - 1 if x < 0 else x, 0, end)


def _of_book(book: Book) -> Iterator[Check]:
    yield ranged(64, book.account)
    yield ranged(64, book.version)
    yield within("Bits", 64, book.cash + units.CASH_BOUND)
    yield ranged(64, book.perp_entry + units.CASH_BOUND)
    yield ranged(40, book.base)
    yield magnitude("SignMagnitude", 40, book.perp)


def _of_market(rows: list[Row], scenarios: list[Scenario], params: RiskParams) -> Iterator[Check]:
    for row in rows:
        fields = ((16, row.basis_factor), (18, row.vol_down), (18, row.vol_up), (40, row.expiry))
        yield from (ranged(bits, value) for bits, value in fields)
    percentages = (params.phi, params.perp_pct, params.base_pct, params.naked_pct)
    yield from (ranged(14, value) for value in percentages)
    yield ranged(5, params.hedge_spread)
    yield ranged(7, params.vega_spread)
    yield ranged(16, params.max_multiplier)
    yield ranged(56, params.max_gross)
    for scenario in scenarios:
        yield ranged(14, scenario.weight)
        yield ranged(16, scenario.multiplier)
        yield ranged(23, scenario.ln_multiplier + LN_OFFSET)


def _unused(row: Row, snapshot: Snapshot) -> PricedSlot:
    """What the circuit prices in place of an unused slot: nothing, at the money."""
    return price_slot(Slot(row.expiry, row.forward, 0, 0), replace(snapshot, rows=(row,)))


def _of_slot(priced: PricedSlot) -> Iterator[Check]:
    slot, row, k, vols = priced.slot, priced.row, priced.k, priced.vols
    yield ranged(48, slot.strike)
    yield magnitude("SignMagnitude", 40, slot.call)
    yield magnitude("SignMagnitude", 40, slot.put)
    yield magnitude("SignMagnitude", 41, slot.net)
    shift = 48 - slot.strike.bit_length()
    yield within("Bits", 47, (slot.strike << shift) - (1 << 47))
    log = natural_log(slot.strike) - (row.ln_forward << units.LN_BITS - units.LOG_BITS)
    yield cut(72, 110, log)
    yield within("Bits", 36, k + units.LOG_BOUND)
    yield from _of_vol(row, k, vols.fine)
    yield magnitude("Max", 31, (vols.fine * row.vol_up >> 28) - row.vol_floor)
    yield from division(56, 42, 36, vols.fine)
    yield from division(37, 30, 29, vols.up)
    yield from division(37, 30, 29, vols.down)
    ratio = -k * fine_inverse(vols) + (vols.none << 27)
    d1 = base_d1(k, vols)
    yield cut(28, 80, ratio)
    yield saturating("Cdf", 17, 27, d1)
    yield saturating("Cdf", 3, 27, clamp(d1) - vols.none)


def _of_vol(row: Row, k: int, fine: int) -> Iterator[Check]:
    svi, y = row.svi, k - row.svi.m
    inside = y * y + svi.sigma_sq
    yield root(37, inside)
    yield root(42, svi.a + svi.b_rho * y + svi.b * root_down(inside))
    yield cut(12, 42, fine)
    yield cut(28, 60, fine * row.vol_up)
    yield cut(28, 60, fine * row.vol_down)


def _of_scenario(priced: PricedSlot, scenario: Scenario) -> Iterator[Check]:
    s = getattr(priced.vols, scenario.mode)
    over_s = inverse(priced.vols, scenario.mode)
    t = scenario.ln_multiplier - (priced.k >> units.LOG_BITS - units.COARSE_LOG_BITS)
    x = t * over_s + (s << 9)
    yield cut(21, 60, x)
    yield saturating("CellCdf", 17, 16, x >> 21)
    d1 = scenario_d1(priced.k, scenario.ln_multiplier, s, over_s)
    yield saturating("Cdf", 3, 27, clamp(d1) - s)


def _of_charges(report: MarginReport) -> Iterator[Check]:
    yield magnitude("SignMagnitude", 167, report.net_delta_unreduced)
    yield ranged(90, report.params.max_gross * SIZE * BPS - report.gross)


def _of_requirement(
    report: MarginReport, rows: list[Row], scenarios: list[Scenario]
) -> Iterator[Check]:
    basis = 0
    for row in rows:
        held = [slot for slot in report.slots if slot.slot.expiry == row.expiry]
        loss = report.basis_losses.get(row.expiry, 0)
        basis += row.basis_factor * loss
        yield ranged(56, loss)
        for shock in scenarios[:2]:
            change = sum(slot.change(shock) for slot in held)
            yield ranged(211, loss * SHOCKED + change)
    yield ranged(59, report.scan)
    yield ranged(73, report.scan * BPS - basis)
    for scenario in scenarios:
        yield ranged(226, report.scan * WEIGHTED + report.pnl_unreduced(scenario))
    yield ranged(59, report.static)
    charges = sum(report.charges.values())
    yield ranged(240, report.static * CHARGED - charges)
