# SPDX-License-Identifier: Apache-2.0
"""The real-valued market and book, and what they read from a snapshot and a book."""

from __future__ import annotations

from dataclasses import replace

import pytest
from real_markets import TINY, book, real

from zkmargin.book import Book, Slot
from zkmargin.errors import ParamsError
from zkmargin.option import Svi
from zkmargin.oracle import (
    REAL,
    RealBook,
    RealMarket,
    RealScenario,
    RealSlot,
    RealSvi,
    evaluate,
)
from zkmargin.params import RiskParams, Scenario, VolLaw
from zkmargin.snapshot import Header, Row, Snapshot


def test_svi_total_variance_is_its_formula() -> None:
    svi = RealSvi("0.04", "0.1", "-0.03", "0.05", "0.01")
    y = real("0.2") - real("0.05")
    expected = real("0.04") - real("0.03") * y + real("0.1") * REAL.sqrt(y**2 + real("0.01"))

    assert abs(svi(real("0.2")) - expected) < TINY


def test_an_unknown_vol_mode_is_refused() -> None:
    with pytest.raises(ParamsError, match="'none', 'up' or 'down'"):
        RealScenario("move", 1, "sideways", 1)


def snapshot() -> Snapshot:
    grid = (Scenario("crash", 8_500, "up", 10_000), Scenario("tail", 20_000, "up", 2_500))
    params = RiskParams(
        "test", grid, VolLaw(4_500, 3_000), phi=9_000, naked_pct=100, hedge_spread=5, vega_spread=50
    )
    svi = Svi(a=3 << 66, b=1 << 38, b_rho=-(1 << 35), m=1 << 28, sigma_sq=1 << 58)
    live = Row(1_000, 60_500_000_001, 123, svi, 1 << 22, 90_000, 40_000, 1 << 20, 3_000)
    gone = Row(900, 59_000_000_000, 123, svi, 0, 65_536, 65_536, 0, 0, settled=True)
    head = Header(
        feed=1,
        contract_size=10**6,
        epoch=7,
        timestamp=950,
        index=60_000_000_007,
        perp_mark=60_100_000_000,
        cumulative_funding=-3_000_000,
        credit=1 << 29,
        debit=(1 << 30) + 1,
    )
    return Snapshot(head, params, (gone, live))


def test_a_snapshot_is_read_at_the_scale_of_every_field() -> None:
    public = RealMarket.from_snapshot(snapshot())
    row = public.expiries[1_000]

    assert public.index == real("60000.000007")
    assert (public.perp_mark, public.cumulative_funding) == (60_100, -3)
    assert (public.credit, public.debit) == (real("0.5"), 1 + real(2) ** -30)
    assert (public.phi, public.naked_pct) == (real("0.9"), real("0.01"))
    assert (public.hedge_spread, public.vega_spread) == (real("0.0005"), real("0.005"))
    assert (public.basis_down, public.basis_up) == (real("0.95"), real("1.05"))
    assert public.max_multiplier == 2
    assert public.scenarios[1] == RealScenario("tail", 2, "up", "0.25")
    assert row.forward == real("60500.000001")
    assert row.sqrt_years == real("0.25")
    assert (row.vol_up, row.vol_down) == (real(90_000) / 65_536, real(40_000) / 65_536)
    assert (row.vol_floor, row.basis_factor) == (real("0.0625"), real("0.3"))
    assert row.total_variance == RealSvi(real(3) / 64, "0.25", "-0.03125", "0.0625", real(1) / 64)
    assert [r.settled for r in public.expiries.values()] == [True, False]


def test_a_book_is_read_at_the_scale_of_every_field() -> None:
    slots = (Slot(1_000, 61_000_000_000, -1_500_000, 2), Slot(900, 58_000_000_000, 0, 3_000_000))
    held = RealBook.from_book(Book(1, 2, -5, 2_000_000, -1, 7_000_000, slots, 1 << 200))

    assert (held.cash, held.base, held.perp) == (real("-5e-6"), 2, real("-1e-6"))
    assert held.perp_entry == 7
    assert held.slots[0] == RealSlot(1_000, 61_000, "-1.5", "0.000002")
    assert held.slots[1] == RealSlot(900, 58_000, 0, 3)


def test_the_derived_logs_of_a_snapshot_are_not_read() -> None:
    public = snapshot()
    other = replace(public, rows=tuple(replace(r, ln_forward=0) for r in public.rows))
    held = book((1_000, 61_000, -1, 2), (900, 58_000, 1, 0))  # type: ignore[arg-type]

    assert evaluate(RealMarket.from_snapshot(public), held) == evaluate(
        RealMarket.from_snapshot(other), held
    )
