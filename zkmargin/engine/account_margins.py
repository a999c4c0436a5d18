# SPDX-License-Identifier: Apache-2.0
"""The margin of many accounts from priced series, in float64 (M3 to M9, before the level).

Sums over an account's legs are sparse matrix products or running sums; every account's legs lie
together, and within it those of one expiry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from zkmargin.engine.holdings import Floats, Holdings, Integers
from zkmargin.engine.series import BASE, DELTA, GAMMA, MOVES, VEGA, PricedSeries, moves_of
from zkmargin.params import RiskParams, Scenario
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, RATE_ONE, RESERVE_BITS, RESERVE_NUMERATOR

_BASIS_MOVES = 2  # the first moves: one forward down, one forward up


@dataclass(frozen=True)
class AccountMargins:
    """M3 to M9 of n accounts; money in 1e-6 quote, shape [n] unless said.

    pnl               shape [n, w], the scenarios in use in the order of the params' blocks
    worst             place of the scenario that sets the scan; w for the basis, -1 for none
    delta, gamma      [contracts], [contracts per 1e-6 quote of the forward]
    vega, gross_vega  sum, and sum of absolutes [per unit of vol]
    notional          sum abs(Q) (F max_m + K)
    gross             what max_gross bounds
    rounded_up        most that the specification's roundings add to the requirement before phi
    unsure            accounts that the specification may refuse
    """

    nav: Floats
    mmr: Floats
    reserve: Floats
    scan: Floats
    basis: Floats
    perp_charge: Floats
    base_charge: Floats
    naked_charge: Floats
    hedge_charge: Floats
    vega_charge: Floats
    pnl: Floats
    worst: Integers
    delta: Floats
    gamma: Floats
    vega: Floats
    gross_vega: Floats
    notional: Floats
    gross: Floats
    rounded_up: Floats
    unsure: Floats


def account_margins(books: Holdings, priced: PricedSeries, snapshot: Snapshot) -> AccountMargins:
    """The margin of every account, before the level."""
    shape = (books.accounts, len(priced.forward))
    sums: Floats = csr_array((books.net, books.series, books.starts), shape=shape) @ priced.table
    legs = _legs(books, priced)
    pnl, basis = _pnl(sums, legs, books, snapshot), _basis(legs, books, priced, snapshot)
    scan, worst = _scan(pnl, basis)
    delta = sums[:, DELTA] - legs["live_put"] + books.base + books.perp
    charges = _charges(books, legs, delta, snapshot)
    static = sum(charges.values(), np.zeros(books.accounts))
    return AccountMargins(
        nav=_nav(sums, legs, books, snapshot),
        mmr=(scan + static) * (snapshot.params.phi / BPS),
        reserve=legs["notional"] * (RESERVE_NUMERATOR * 2.0**-RESERVE_BITS),
        scan=scan,
        basis=basis,
        **charges,
        pnl=pnl,
        worst=worst,
        delta=delta,
        gamma=sums[:, GAMMA],
        vega=sums[:, VEGA],
        gross_vega=legs["gross_vega"],
        notional=legs["notional"],
        gross=legs["gross"] + _linear_gross(books, snapshot),
        rounded_up=2.0 + _by_group(priced.basis[books.series[books.group_starts]], books),
        unsure=legs["unsure"],
    )


def _legs(books: Holdings, priced: PricedSeries) -> dict[str, Floats]:
    """Sums over each account's legs that no product of Q gives, by name; shape [n] each."""
    place, net, put = books.series, books.net, books.put
    size = np.abs(net)
    terms = {
        "put_forward": put * priced.forward[place],
        "put_parity": put * priced.parity[place],
        "live_put": put * priced.live[place],
        "naked": np.maximum(-net, 0.0) * priced.live[place],
        "gross_vega": size * priced.vega[place],
        "notional": size * priced.notional[place],
        "gross": books.size * priced.notional[place],
        "unsure": priced.unsure[place],
    }
    return {name: _by_account(values, books.starts) for name, values in terms.items()}


def _linear(books: Holdings, snapshot: Snapshot) -> Floats:
    head = snapshot.header
    linear: Floats = books.base * head.index + books.perp * head.perp_mark
    return linear


def _linear_gross(books: Holdings, snapshot: Snapshot) -> Floats:
    head = snapshot.header
    gross: Floats = books.base * head.index + np.abs(books.perp) * head.perp_mark
    return gross


def _nav(sums: Floats, legs: dict[str, Floats], books: Holdings, snapshot: Snapshot) -> Floats:
    head = snapshot.header
    rate = np.where(books.cash < 0, head.debit, head.credit) / RATE_ONE
    linear = _linear(books, snapshot) - books.perp * head.cumulative_funding - books.perp_entry
    nav: Floats = books.cash * rate + linear + sums[:, BASE] - legs["put_parity"]
    return nav


def _pnl(sums: Floats, legs: dict[str, Floats], books: Holdings, snapshot: Snapshot) -> Floats:
    moves = moves_of(snapshot.params)[_BASIS_MOVES:]
    moved = _linear(books, snapshot) - legs["put_forward"]
    shifts = np.array([m.multiplier / BPS - 1.0 for m in moves])
    pnl: Floats = sums[:, MOVES + _BASIS_MOVES :] + moved[:, None] * shifts
    pnl *= np.array([m.weight / BPS for m in moves])
    return pnl


def _basis(
    legs: dict[str, Floats], books: Holdings, priced: PricedSeries, snapshot: Snapshot
) -> Floats:
    """sum_j basis_j max(0, -dV_j down, -dV_j up) of each account (M6)."""
    if not books.legs:
        return np.zeros(books.accounts)
    down, up = (
        np.add.reduceat(_change(books, priced, column, move), books.group_starts)
        for column, move in enumerate(moves_of(snapshot.params)[:_BASIS_MOVES])
    )
    loss = np.maximum(0.0, -np.minimum(down, up))
    factor = priced.basis[books.series[books.group_starts]]
    return _by_group(loss * factor, books)


def _change(books: Holdings, priced: PricedSeries, column: int, move: Scenario) -> Floats:
    """dV of each leg in one of the two basis moves."""
    calls = books.net * priced.basis_moves[column][books.series]
    shift = move.multiplier / BPS - 1.0
    change: Floats = calls - books.put * priced.forward[books.series] * shift
    return change


def _scan(pnl: Floats, basis: Floats) -> tuple[Floats, Integers]:
    """The scan loss and the place of what sets it (M7)."""
    if pnl.shape[1] == 0:
        return basis, np.where(basis > 0, 0, -1)
    place = pnl.argmin(axis=1)
    worst = -pnl[np.arange(len(pnl)), place]
    scan = np.maximum(0.0, np.maximum(worst, basis))
    place = np.where(basis >= worst, pnl.shape[1], place)
    return scan, np.where(scan == 0.0, -1, place)


def _charges(
    books: Holdings, legs: dict[str, Floats], delta: Floats, snapshot: Snapshot
) -> dict[str, Floats]:
    """The contingencies by field name (M8)."""
    p: RiskParams = snapshot.params
    price = snapshot.header.index / BPS
    return {
        "perp_charge": np.abs(books.perp) * (p.perp_pct * price),
        "base_charge": books.base * (p.base_pct * price),
        "naked_charge": legs["naked"] * (p.naked_pct * price),
        "hedge_charge": np.abs(delta) * (p.hedge_spread * price),
        "vega_charge": legs["gross_vega"] * (p.vega_spread / BPS),
    }


def _by_account(values: Floats, starts: Integers) -> Floats:
    """Sums over each account's legs; shape [n]."""
    total = np.zeros(len(starts) - 1)
    holders = np.flatnonzero(np.diff(starts))
    if len(holders):
        total[holders] = np.add.reduceat(values, starts[holders])
    return total


def _by_group(values: Floats, books: Holdings) -> Floats:
    """Sums over each account's expiries; shape [n]."""
    total: Floats = np.bincount(books.group_accounts, values, books.accounts).astype(np.float64)
    return total


def joined(parts: Sequence[AccountMargins]) -> AccountMargins:
    """The margins of consecutive parts as one."""
    names = AccountMargins.__dataclass_fields__
    columns = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    return AccountMargins(**columns)
