# SPDX-License-Identifier: Apache-2.0
"""THE SPECIFICATION of the margin, M1 to M9, in integers.

The circuit computes these same integers; the contracts bind to them through hashes; the engine and
the command line call this file. It knows no floats, no files and no clock. Positive is good for the
account; a number whose name contains "loss" is positive when the account loses.

    M3  V_i(F, s) = (call_i + put_i) C(F, K_i, s) - put_i (F - K_i)
    M4  NAV   = rate cash + base S + perp (P - A) - perp_entry + sum_i V_i(F_j, s_i)
    M5  PnL_w = weight_w (sum_i [V_i(m_w F_j, v_wj s_i) - V_i(F_j, s_i)]
              + (base S + perp P)(m_w - 1))
    M6  Basis = sum_j basis_j max(0, -dV_j(F up), -dV_j(F down))
    M7  Scan  = max(0, max_w -PnL_w, Basis)
    M8  C     = (perpPct abs(perp) + basePct base + nakedPct sum_i max(0, -Q_i)) S
              + hedgeSpread S abs(net delta) + vegaSpread sum_i abs(vega_i)
    M9  MMR   = phi (Scan + C);   excess = NAV - Rn - level MMR

Sums are kept unreduced at the scale their products have, and rounded once: losses up, the excess
down. Rn = rho sum_i abs(Q_i) (F_j max_m + K_i) covers every approximation; docs/numerics.md derives
rho, and every bit budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from zkmargin.book import Book, Slot
from zkmargin.errors import BookError
from zkmargin.fixed import divide_down, divide_up
from zkmargin.option import (
    Vols,
    base_d1,
    density,
    evaluate,
    inverse,
    log_moneyness,
    scenario_d1,
    total_variance,
    total_vols,
)
from zkmargin.params import RiskParams, Scenario
from zkmargin.snapshot import Row, Snapshot
from zkmargin.units import (
    BPS,
    CDF_BITS,
    DENSITY_BITS,
    LEVEL_MAX,
    LOG_BOUND,
    ONE,
    QUOTE,
    RATE_BITS,
    RESERVE_BITS,
    RESERVE_NUMERATOR,
    ROOT_TIME_BITS,
    SIZE,
)

# Units of the unreduced sums, as multiples of one unit of money (1e-6 quote).
VALUE = SIZE * ONE  # price times size times probability        [1e-12 2^-120]
SHOCKED = VALUE * BPS  # after the spot multiplier              [1e-16 2^-120]
WEIGHTED = SHOCKED * BPS  # after the weight; also the excess   [1e-20 2^-120]
_VEGA_BITS = DENSITY_BITS + ROOT_TIME_BITS - CDF_BITS
CHARGED = SHOCKED << _VEGA_BITS  # contingencies, vega's scale  [1e-16 2^-147]


@dataclass(frozen=True, repr=False)  # no number of the book in a log
class PricedSlot:
    """One strike of the book at the base point: the market row it belongs to and its N(d1), N(d2).

    k [2^-32]; n1, n2 [2^-120]; density n(d1) [2^-123]. A settled slot has no live size.
    """

    slot: Slot
    row: Row
    k: int
    vols: Vols
    n1: int
    n2: int
    density: int

    @property
    def live_net(self) -> int:
        """Q = call + put, zero once settled [1e-6 contract]."""
        return 0 if self.row.settled else self.slot.net

    @property
    def live_put(self) -> int:
        """Put size, zero once settled [1e-6 contract]."""
        return 0 if self.row.settled else self.slot.put

    @property
    def value(self) -> int:
        """V at the base point, or the intrinsic value once settled [VALUE] (M3).

        A settled call counts when k < 0, which is F > K up to 2^-31 of F.
        """
        forward, strike = self.row.forward, self.slot.strike
        if self.row.settled:
            option = ONE * self.slot.net * (forward - strike) if self.k < 0 else 0
        else:
            option = self.slot.net * (forward * self.n1 - strike * self.n2)
        return option - ONE * self.slot.put * (forward - strike)

    def change(self, scenario: Scenario) -> int:
        """V(m F, v s) - V(F, s) of the live sizes [SHOCKED] (M5)."""
        forward, strike, m = self.row.forward, self.slot.strike, scenario.multiplier
        s = getattr(self.vols, scenario.mode)
        d1 = scenario_d1(self.k, scenario.ln_multiplier, s, inverse(self.vols, scenario.mode))
        moved = evaluate(d1, s)
        calls = m * forward * moved.n1 - BPS * strike * moved.n2
        calls -= BPS * (forward * self.n1 - strike * self.n2)
        return self.live_net * calls - ONE * self.live_put * forward * (m - BPS)


@dataclass(frozen=True)
class MarginReport:
    """The whole margin of one book under one snapshot; every property is one equation."""

    book: Book
    snapshot: Snapshot = field(repr=False)
    slots: tuple[PricedSlot, ...] = field(repr=False)

    @property
    def params(self) -> RiskParams:
        """The risk parameters of the snapshot."""
        return self.snapshot.params

    @cached_property
    def nav_unreduced(self) -> int:
        """NAV [VALUE], exact (M4)."""
        book, head = self.book, self.snapshot.header
        rate = head.debit if book.cash < 0 else head.credit
        cash = book.cash * rate * SIZE << (CDF_BITS - RATE_BITS)
        linear = book.base * head.index + book.perp * (head.perp_mark - head.cumulative_funding)
        linear -= book.perp_entry * SIZE
        return cash + ONE * linear + sum(slot.value for slot in self.slots)

    @property
    def nav(self) -> int:
        """NAV [1e-6 quote], down (M4)."""
        return divide_down(self.nav_unreduced, VALUE)

    def pnl_unreduced(self, scenario: Scenario) -> int:
        """P&L of the account in one scenario [WEIGHTED], exact (M5)."""
        linear = self._linear_exposure * (scenario.multiplier - BPS)
        options = sum(slot.change(scenario) for slot in self.slots)
        return scenario.weight * (options + ONE * linear)

    @cached_property
    def pnl(self) -> dict[str, int]:
        """P&L by scenario name [1e-6 quote], down (M5)."""
        return {
            s.name: divide_down(self.pnl_unreduced(s), WEIGHTED) for s in self._scenarios_in_use
        }

    @cached_property
    def basis_losses(self) -> dict[int, int]:
        """Loss by expiry when its forward alone moves [1e-6 quote], up (M6)."""
        losses = {}
        for expiry in self.book.expiries:
            held = [slot for slot in self.slots if slot.slot.expiry == expiry]
            worst = max(-sum(s.change(shock) for s in held) for shock in self._basis_shocks)
            losses[expiry] = divide_up(max(0, worst), SHOCKED)
        return losses

    @cached_property
    def basis(self) -> int:
        """Basis loss of the account [1e-6 quote], up (M6)."""
        factor = {row.expiry: row.basis_factor for row in self.snapshot.rows}
        return divide_up(sum(factor[e] * loss for e, loss in self.basis_losses.items()), BPS)

    @cached_property
    def scan(self) -> int:
        """Worst loss over the scenarios and the basis [1e-6 quote], up (M7)."""
        losses = [divide_up(-self.pnl_unreduced(s), WEIGHTED) for s in self._scenarios_in_use]
        return max(0, self.basis, *losses)

    @property
    def worst_scenario(self) -> str:
        """Name of the scenario, or "basis", or "none", that sets the scan loss (M7)."""
        if self.scan == 0:
            return "none"
        if self.basis == self.scan:
            return "basis"
        return min(self.pnl, key=lambda name: self.pnl[name])

    @cached_property
    def net_delta_unreduced(self) -> int:
        """Net delta of the account [1e-6 contract, 2^-120]."""
        options = sum(slot.live_net * slot.n1 - ONE * slot.live_put for slot in self.slots)
        return options + ONE * (self.book.base + self.book.perp)

    @cached_property
    def gross_vega_unreduced(self) -> int:
        """sum abs(vega) per unit of vol [1e-12 quote, 2^-147]."""
        return sum(
            abs(s.live_net) * s.row.forward * s.density * s.row.root_time for s in self.slots
        )

    @property
    def charges(self) -> dict[str, int]:
        """Each contingency by name [CHARGED], exact (M8)."""
        p, price = self.params, self.snapshot.header.index
        naked = sum(max(0, -slot.live_net) for slot in self.slots)
        per_unit = ONE << _VEGA_BITS
        return {
            "perp": per_unit * p.perp_pct * abs(self.book.perp) * price,
            "base": per_unit * p.base_pct * self.book.base * price,
            "naked": per_unit * p.naked_pct * naked * price,
            "hedge": (p.hedge_spread * price * abs(self.net_delta_unreduced)) << _VEGA_BITS,
            "vega": p.vega_spread * self.gross_vega_unreduced,
        }

    @cached_property
    def contingencies(self) -> dict[str, int]:
        """Each contingency by name [1e-6 quote], up (M8)."""
        return {name: _charge_up(charge) for name, charge in self.charges.items()}

    @cached_property
    def static(self) -> int:
        """All contingencies together [1e-6 quote], rounded once, up (M8)."""
        return _charge_up(sum(self.charges.values()))

    @property
    def requirement(self) -> int:
        """Scan + C, before phi [1e-6 quote]."""
        return self.scan + self.static

    @property
    def mmr(self) -> int:
        """Maintenance margin requirement [1e-6 quote], up (M9)."""
        return divide_up(self.params.phi * self.requirement, BPS)

    @cached_property
    def reserve_unreduced(self) -> int:
        """Numeric reserve Rn [SHOCKED]: rho sum abs(Q) (F max_m + K) (M9)."""
        m = self.params.max_multiplier
        notional = sum(
            abs(s.slot.net) * (m * s.row.forward + BPS * s.slot.strike) for s in self.slots
        )
        return RESERVE_NUMERATOR * notional << (CDF_BITS - RESERVE_BITS)

    @property
    def reserve(self) -> int:
        """Numeric reserve Rn [1e-6 quote], up."""
        return divide_up(self.reserve_unreduced, SHOCKED)

    def excess_unreduced(self, level: int) -> int:
        """NAV - Rn - level MMR [WEIGHTED], exact; level [bps] (M9)."""
        required = level * self.params.phi * self.requirement * ONE * SIZE
        return self.nav_unreduced * BPS * BPS - self.reserve_unreduced * BPS - required

    def excess(self, level: int) -> int:
        """NAV - Rn - level MMR [1e-6 quote], down; at least 0 means healthy; level [bps] (M9)."""
        return divide_down(self.excess_unreduced(level), WEIGHTED)

    @property
    def gross(self) -> int:
        """Gross of the account [1e-12 quote, 1e-4], what max_gross bounds."""
        m, head = self.params.max_multiplier, self.snapshot.header
        options = sum(
            (abs(s.slot.call) + abs(s.slot.put)) * (m * s.row.forward + BPS * s.slot.strike)
            for s in self.slots
        )
        return options + BPS * (abs(self.book.perp) * head.perp_mark + self.book.base * head.index)

    @property
    def _linear_exposure(self) -> int:
        head = self.snapshot.header
        return self.book.base * head.index + self.book.perp * head.perp_mark

    @property
    def _scenarios_in_use(self) -> Sequence[Scenario]:
        return [s for block in self.params.blocks for s in block if s.weight]

    @property
    def _basis_shocks(self) -> tuple[Scenario, Scenario]:
        down, up = self.params.blocks[0][:2]
        return down, up


def margin(book: Book, snapshot: Snapshot) -> MarginReport:
    """The margin of a book under a snapshot.

    raises   SnapshotError if a slot's expiry is not listed; BookError if a strike is more than
             8 in logs away from its forward, or the gross is above the venue's bound
    """
    slots = tuple(price_slot(slot, snapshot) for slot in book.slots)
    report = MarginReport(book, snapshot, slots)
    bound = snapshot.params.max_gross
    if report.gross > bound * SIZE * BPS:
        shown = divide_up(report.gross, SIZE * BPS * QUOTE)
        raise BookError("gross", shown, f"must be at most {bound // QUOTE} quote (max_gross)")
    return report


def _charge_up(charge: int) -> int:
    # A density far out in the table can be below zero by its error; a charge never is.
    return max(0, divide_up(charge, CHARGED))


def price_slot(slot: Slot, snapshot: Snapshot) -> PricedSlot:
    """One slot at the base point (M1, M2)."""
    row = snapshot.rows[snapshot.index_of(slot.expiry)]
    k = log_moneyness(slot.strike, row.ln_forward)
    if not -LOG_BOUND <= k < LOG_BOUND:
        rule = f"must be within a factor of e^8 of the forward {row.forward} (1e-6 quote)"
        raise BookError("strike", slot.strike, rule)
    vols = total_vols(total_variance(row.svi, k), row.vol_up, row.vol_down, row.vol_floor)
    d1 = base_d1(k, vols)
    at_base = evaluate(d1, vols.none)
    return PricedSlot(slot, row, k, vols, at_base.n1, at_base.n2, density(d1))


def healthy(report: MarginReport, level: int) -> bool:
    """Whether the account's excess at a level [bps] is at least 0 (M9).

    raises   BookError if the level is not within [0, 20000]
    """
    if not 0 <= level <= LEVEL_MAX:
        raise BookError("level", level, f"must be between 0 and {LEVEL_MAX} bps")
    return report.excess_unreduced(level) >= 0
