# SPDX-License-Identifier: Apache-2.0
"""Small real-valued markets and books that the tests of the oracle share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from zkmargin.oracle import REAL, RealBook, RealExpiry, RealMarket, RealScenario, RealSlot, RealSvi

TINY = REAL.mpf("1e-44")


def real(text: str | int) -> Any:
    return REAL.mpf(text)


def flat(annual_vol: str, years: str) -> RealSvi:
    return RealSvi(real(annual_vol) ** 2 * real(years), 0, 0, 0, 1)


def expiry(forward: str | int = 100, vol: str = "0.2", years: str = "1", **changes: Any) -> Any:
    row = RealExpiry(
        forward=forward,
        total_variance=flat(vol, years),
        sqrt_years=REAL.sqrt(real(years)),
        vol_up="1.5",
        vol_down="0.5",
        vol_floor=0,
        basis_factor=0,
    )
    return replace(row, **changes)


def market(expiries: dict[str, RealExpiry] | None = None, **changes: Any) -> RealMarket:
    """A market whose every charge and scenario is off unless a test turns it on."""
    plain = RealMarket(
        index=100,
        perp_mark=100,
        cumulative_funding=0,
        credit=1,
        debit=1,
        expiries={"jun": expiry()} if expiries is None else expiries,
        scenarios=(),
        basis_down="0.95",
        basis_up="1.05",
        phi=1,
        perp_pct=0,
        base_pct=0,
        naked_pct=0,
        hedge_spread=0,
        vega_spread=0,
    )
    return replace(plain, **changes)


def book(*slots: tuple[str, int, int, int], **holdings: int) -> RealBook:
    held = {"cash": 0, "base": 0, "perp": 0, "perp_entry": 0} | holdings
    return RealBook(**held, slots=tuple(RealSlot(*slot) for slot in slots))


GRID = tuple(
    RealScenario(f"{move} {mode}", 1 + real(move), mode, 1)
    for move in ("-0.15", "-0.05", "0.05", "0.15")
    for mode in ("none", "up", "down")
)
CHARGED = market(
    {"jun": expiry(basis_factor="0.3"), "sep": expiry(103, "0.3", "1.25", basis_factor="0.4")},
    scenarios=GRID,
    phi="0.9",
    perp_pct="0.02",
    base_pct="0.03",
    naked_pct="0.01",
    hedge_spread="0.0005",
    vega_spread="0.005",
)


def d1(forward: Any, strike: Any, s: Any) -> Any:
    return REAL.log(real(forward) / strike) / s + s / 2


def d2(forward: Any, strike: Any, s: Any) -> Any:
    return d1(forward, strike, s) - s
