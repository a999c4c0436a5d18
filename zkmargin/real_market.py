# SPDX-License-Identifier: Apache-2.0
"""A market and a book in real numbers of 50 digits: what the oracle reads.

Every number belongs to `REAL`, an mpmath context of its own, so that neither the caller's
precision nor ours reaches the other. Money is in quote, sizes are in contracts, ratios are plain
(1 % is 0.01).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from mpmath import mpf
from mpmath.ctx_mp import MPContext

from zkmargin import units
from zkmargin.book import Book
from zkmargin.errors import ParamsError
from zkmargin.params import RiskParams
from zkmargin.snapshot import Row, Snapshot
from zkmargin.units import BPS, QUOTE, SIZE

REAL = MPContext()
REAL.dps = 50

ZERO = REAL.mpf(0)
ONE = REAL.mpf(1)

_RATIOS = (  # fields of RiskParams in basis points
    *("basis_down", "basis_up", "phi", "perp_pct", "base_pct", "naked_pct"),
    *("hedge_spread", "vega_spread"),
)


class _Reals:
    """Makes numbers of REAL of the fields declared mpf: int, Fraction, decimal string or mpf."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            if field.type == "mpf":
                object.__setattr__(self, field.name, REAL.convert(getattr(self, field.name)))


@dataclass(frozen=True)
class RealSvi(_Reals):
    """Raw SVI total variance w(k) = a + b rho (k - m) + b sqrt((k - m)^2 + sigma^2) (M1)."""

    a: mpf
    b: mpf
    b_rho: mpf
    m: mpf
    sigma_sq: mpf

    def __call__(self, k: mpf) -> mpf:
        """w(k)."""
        y = k - self.m
        return self.a + self.b_rho * y + self.b * REAL.sqrt(y * y + self.sigma_sq)


@dataclass(frozen=True)
class RealScenario(_Reals):
    """One joint move: spot times multiplier, vol by mode, and the share of the P&L that counts."""

    name: str
    multiplier: mpf
    vol_mode: str  # "none", "up" or "down"
    weight: mpf

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.vol_mode not in ("none", "up", "down"):
            rule = "must be 'none', 'up' or 'down'"
            raise ParamsError(f"scenario {self.name!r} vol", self.vol_mode, rule)


@dataclass(frozen=True)
class RealExpiry(_Reals):
    """One expiry of the market.

    forward          F, or the settlement price of a settled expiry
    total_variance   w(k) of k = ln(K / F)
    vol_up, vol_down multipliers of total vol; vol_floor is the least total vol of up mode
    basis_factor     share of the basis loss that counts
    settled          intrinsic value, no shocks, no greeks, no naked charge
    """

    forward: mpf
    total_variance: Callable[[mpf], mpf]
    sqrt_years: mpf
    vol_up: mpf
    vol_down: mpf
    vol_floor: mpf
    basis_factor: mpf
    settled: bool = False

    def total_vol(self, strike: mpf) -> mpf:
        """s = sqrt(w(ln(K / F))) (M1)."""
        return REAL.sqrt(self.total_variance(REAL.log(strike / self.forward)))

    def shocked(self, s: mpf, vol_mode: str) -> mpf:
        """Total vol in a vol mode; the floor binds in up mode only (M5)."""
        if vol_mode == "none":
            return s
        return max(self.vol_up * s, self.vol_floor) if vol_mode == "up" else self.vol_down * s


@dataclass(frozen=True)
class RealMarket(_Reals):
    """All public inputs of M1 to M9; every ratio is a plain number (1 % is 0.01)."""

    index: mpf
    perp_mark: mpf
    cumulative_funding: mpf  # per contract
    credit: mpf  # rate on positive cash
    debit: mpf  # rate on negative cash
    expiries: Mapping[Hashable, RealExpiry]
    scenarios: tuple[RealScenario, ...]
    basis_down: mpf
    basis_up: mpf
    phi: mpf
    perp_pct: mpf
    base_pct: mpf
    naked_pct: mpf
    hedge_spread: mpf
    vega_spread: mpf

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot) -> RealMarket:
        """The market that a snapshot states; its ln fields are not read."""
        head = snapshot.header
        return cls(
            index=_money(head.index),
            perp_mark=_money(head.perp_mark),
            cumulative_funding=_money(head.cumulative_funding),
            credit=_binary(head.credit, units.RATE_BITS),
            debit=_binary(head.debit, units.RATE_BITS),
            expiries={row.expiry: _expiry(row) for row in snapshot.rows},
            **_parameters(snapshot.params),
        )

    @cached_property
    def max_multiplier(self) -> mpf:
        """The highest spot multiplier of any scenario or basis shock, at least 1."""
        return max(ONE, self.basis_up, *(s.multiplier for s in self.scenarios))

    @cached_property
    def points(self) -> tuple[tuple[mpf, str], ...]:
        """The distinct (multiplier, vol mode) at which options are priced."""
        listed = [(s.multiplier, s.vol_mode) for s in self.scenarios]
        return tuple(dict.fromkeys([*listed, (self.basis_down, "none"), (self.basis_up, "none")]))


@dataclass(frozen=True)
class RealSlot(_Reals):
    """Call and put sizes at one strike of one expiry, the expiry named by its key."""

    expiry: Hashable
    strike: mpf
    call: mpf
    put: mpf

    @property
    def net(self) -> mpf:
        """Q = qC + qP, the size that Black-76 prices after parity (M3)."""
        return self.call + self.put


@dataclass(frozen=True)
class RealBook(_Reals):
    """One account; perp_entry is what the perp position was entered for in total."""

    cash: mpf
    base: mpf
    perp: mpf
    perp_entry: mpf
    slots: tuple[RealSlot, ...] = ()

    @classmethod
    def from_book(cls, book: Book) -> RealBook:
        """The account that an integer book states, every slot kept."""
        return cls(
            cash=_money(book.cash),
            base=_size(book.base),
            perp=_size(book.perp),
            perp_entry=_money(book.perp_entry),
            slots=tuple(
                RealSlot(s.expiry, _money(s.strike), _size(s.call), _size(s.put))
                for s in book.slots
            ),
        )


def _money(value: int) -> mpf:
    return REAL.mpf(value) / QUOTE


def _size(value: int) -> mpf:
    return REAL.mpf(value) / SIZE


def _bps(value: int) -> mpf:
    return REAL.mpf(value) / BPS


def _binary(value: int, bits: int) -> mpf:
    """value 2^-bits, exact."""
    return REAL.ldexp(value, -bits)


def _expiry(row: Row) -> RealExpiry:
    return RealExpiry(
        forward=_money(row.forward),
        total_variance=RealSvi(
            a=_binary(row.svi.a, units.VARIANCE_BITS),
            b=_binary(row.svi.b, units.SVI_SLOPE_BITS),
            b_rho=_binary(row.svi.b_rho, units.SVI_SLOPE_BITS),
            m=_binary(row.svi.m, units.LOG_BITS),
            sigma_sq=_binary(row.svi.sigma_sq, units.SIGMA_SQUARED_BITS),
        ),
        sqrt_years=_binary(row.root_time, units.ROOT_TIME_BITS),
        vol_up=_binary(row.vol_up, units.VOL_MULTIPLIER_BITS),
        vol_down=_binary(row.vol_down, units.VOL_MULTIPLIER_BITS),
        vol_floor=_binary(row.vol_floor, units.VOL_TICK_BITS),
        basis_factor=_bps(row.basis_factor),
        settled=row.settled,
    )


def _parameters(params: RiskParams) -> dict[str, Any]:
    scenarios = (
        RealScenario(s.name, _bps(s.multiplier), s.mode, _bps(s.weight)) for s in params.scenarios
    )
    ratios = {name: _bps(getattr(params, name)) for name in _RATIOS}
    return {"scenarios": tuple(scenarios), **ratios}
