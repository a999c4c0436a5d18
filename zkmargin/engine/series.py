# SPDX-License-Identifier: Apache-2.0
"""Every listed strike priced once in every scenario, in float64 (M1, M2).

The prices are real Black-76 up to float rounding: not the integers of the specification, from
which they differ by less than the bound of docs/screen.md. NaN-free for any strike: one that the
specification refuses is priced at the money, and marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from zkmargin import units
from zkmargin.engine.holdings import Floats, Integers
from zkmargin.engine.normal import normal
from zkmargin.params import RiskParams, Scenario
from zkmargin.snapshot import Row, Snapshot
from zkmargin.units import BPS

BASE, DELTA, VEGA, GAMMA = range(4)  # columns before those of the moves
MOVES = 4  # first column of the moves: basis down, basis up, then the scenarios

_ROOT_TWO_PI = float(np.sqrt(2 * np.pi))
_SURE_LOG = 8 - 2**-20  # abs(k) below this is admitted by the specification for certain


@dataclass(frozen=True)
class PricedSeries:
    """Series under one snapshot; c columns, s series.

    table        shape [s, c], per contract of call + put: value C [1e-6 quote], N(d1), vega
                 F n(d1) sqrt(years) [1e-6 quote], gamma [per 1e-6 quote], then C(mF) - C(F) of
                 each move [1e-6 quote]
    forward      shape [s], zero once settled [1e-6 quote]
    parity       shape [s], F - K [1e-6 quote]
    notional     shape [s], F max_m + K [1e-6 quote]
    basis        shape [s], basis factor
    live         shape [s], 1, or 0 once settled
    vega         shape [s], the table's column, contiguous
    basis_moves  shape [2, s], the table's columns of the basis moves, contiguous
    unsure       shape [s], 1 if the specification may refuse the strike or its expiry
    """

    table: Floats
    forward: Floats
    parity: Floats
    notional: Floats
    basis: Floats
    live: Floats
    vega: Floats
    basis_moves: Floats
    unsure: Floats


@dataclass(frozen=True)
class _Terms:
    """What the moves of a block of series share, each of shape [s]."""

    forward: Floats
    strike: Floats
    k: Floats
    s: Floats
    rows: dict[str, Floats]


def moves_of(params: RiskParams) -> tuple[Scenario, ...]:
    """The moves that are priced: basis down, basis up, then each scenario in use."""
    down, up = params.blocks[0][:2]
    return (down, up, *(s for block in params.blocks for s in block if s.weight))


def price_series(expiries: Integers, strikes: Integers, snapshot: Snapshot) -> PricedSeries:
    """Prices distinct strikes; shapes [s]."""
    place, listed = _places(expiries, snapshot.rows)
    rows = {name: column[place] for name, column in _row_columns(snapshot.rows).items()}
    forward, strike = rows["forward"], strikes.astype(np.float64)
    k = np.log(strike / forward)
    unsure = ~listed | (np.abs(k) >= _SURE_LOG)
    k[unsure] = 0.0
    terms = _Terms(forward, strike, k, _total_vol(k, rows), rows)
    table = _table(terms, moves_of(snapshot.params))
    live = 1.0 - rows["settled"]
    _settle(table, live, np.maximum(forward - strike, 0.0))
    top = snapshot.params.max_multiplier / BPS
    return PricedSeries(
        table=np.ascontiguousarray(table.T),
        forward=forward * live,
        parity=forward - strike,
        notional=forward * top + strike,
        basis=rows["basis"],
        live=live,
        vega=table[VEGA],
        basis_moves=table[MOVES : MOVES + 2],
        unsure=unsure.astype(np.float64),
    )


def _places(expiries: Integers, rows: tuple[Row, ...]) -> tuple[Integers, npt.NDArray[np.bool_]]:
    known = np.array([row.expiry for row in rows] or [0], dtype=np.int64)
    place = np.searchsorted(known, expiries).clip(max=len(known) - 1)
    return place, known[place] == expiries


def _row_columns(rows: tuple[Row, ...]) -> dict[str, Floats]:
    """The rows' numbers as real numbers; prices [1e-6 quote]."""
    scaled = {
        "forward": ([r.forward for r in rows], 0),
        "a": ([r.svi.a for r in rows], units.VARIANCE_BITS),
        "b": ([r.svi.b for r in rows], units.SVI_SLOPE_BITS),
        "b_rho": ([r.svi.b_rho for r in rows], units.SVI_SLOPE_BITS),
        "m": ([r.svi.m for r in rows], units.LOG_BITS),
        "sigma_sq": ([r.svi.sigma_sq for r in rows], units.SIGMA_SQUARED_BITS),
        "root_time": ([r.root_time for r in rows], units.ROOT_TIME_BITS),
        "up": ([r.vol_up for r in rows], units.VOL_MULTIPLIER_BITS),
        "down": ([r.vol_down for r in rows], units.VOL_MULTIPLIER_BITS),
        "floor": ([r.vol_floor for r in rows], units.VOL_TICK_BITS),
        "settled": ([int(r.settled) for r in rows], 0),
    }
    columns = {
        name: np.ldexp(np.array([float(v) for v in values] or [1.0]), -bits)
        for name, (values, bits) in scaled.items()
    }
    columns["basis"] = np.array([r.basis_factor for r in rows] or [0]) / BPS
    return columns


def _total_vol(k: Floats, rows: dict[str, Floats]) -> Floats:
    y = k - rows["m"]
    w = rows["a"] + rows["b_rho"] * y + rows["b"] * np.sqrt(y * y + rows["sigma_sq"])
    return np.sqrt(np.maximum(w, 2.0**-32))


def _table(terms: _Terms, moves: tuple[Scenario, ...]) -> Floats:
    """Columns by rows: BASE, DELTA, VEGA, GAMMA, then a row for each move; shape [c, s]."""
    table = np.empty((MOVES + len(moves), len(terms.k)))
    inverse = 1.0 / terms.s
    d1 = terms.s / 2 - terms.k * inverse
    density = np.exp(-d1 * d1 / 2) / _ROOT_TWO_PI
    ndtr(d1, out=table[DELTA])
    table[BASE] = terms.forward * table[DELTA] - terms.strike * ndtr(d1 - terms.s)
    table[VEGA] = terms.forward * density * terms.rows["root_time"]
    table[GAMMA] = density * inverse / terms.forward
    for mode in ("none", "up", "down"):
        _price_mode(table, terms, moves, mode)
    table[MOVES:] -= table[BASE]
    return table


def _price_mode(table: Floats, terms: _Terms, moves: tuple[Scenario, ...], mode: str) -> None:
    """Writes C(m F, K, s) of every move of one vol mode."""
    s = terms.s
    if mode != "none":
        s = s * terms.rows[mode]
    if mode == "up":
        s = np.maximum(s, terms.rows["floor"])
    inverse = 1.0 / s
    centre = s / 2 - terms.k * inverse
    d1, d2 = np.empty_like(s), np.empty_like(s)
    for column, move in enumerate(moves, MOVES):
        if move.mode == mode:
            m = move.multiplier / BPS
            np.multiply(inverse, np.log(m), out=d1)
            np.add(d1, centre, out=d1)
            np.subtract(d1, s, out=d2)
            normal(d1)
            normal(d2)
            np.multiply(d1, terms.forward * m, out=d1)
            np.multiply(d2, terms.strike, out=d2)
            np.subtract(d1, d2, out=table[column])


def _settle(table: Floats, live: Floats, intrinsic: Floats) -> None:
    """A settled series has its intrinsic value and nothing else."""
    settled = live == 0.0
    if settled.any():
        table[:, settled] = 0.0
        table[BASE, settled] = intrinsic[settled]
