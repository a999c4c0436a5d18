# SPDX-License-Identifier: Apache-2.0
"""Snapshots and books at the very bounds of the rules, found by asking the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from random_market import CLOCK

from zkmargin.book import Book, Slot
from zkmargin.errors import BookError, SnapshotError
from zkmargin.margin import margin
from zkmargin.option import Svi
from zkmargin.params import HIGHEST_MULTIPLIER, LOWEST_MULTIPLIER, RiskParams, Scenario, VolLaw
from zkmargin.snapshot import Header, Snapshot
from zkmargin.snapshot_rules import LONGEST_EXPIRY, live_row, settled_row, validate
from zkmargin.units import (
    BPS,
    PRICE_BOUND,
    QUOTE,
    SIGMA_SQUARED_BITS,
    SIZE_BOUND,
    SVI_SLOPE_BITS,
    VARIANCE_BITS,
)

FORWARD = 3_000 * QUOTE
WIDEST = VolLaw(29_999, 9_000, power_short=0, power_long=0)  # x 3.9999 and x 0.1
Build = Callable[[int], Snapshot]


def is_valid(snapshot: Snapshot) -> bool:
    """Whether the rules admit a snapshot."""
    try:
        validate(snapshot)
    except SnapshotError:
        return False
    return True


def largest_valid(build: Build, valid: int, invalid: int) -> Snapshot:
    """The valid snapshot of build(x) with x as near to `invalid` as one step, by bisection."""
    while abs(invalid - valid) > 1:
        middle = (valid + invalid) // 2
        if is_valid(build(middle)):
            valid = middle
        else:
            invalid = middle
    return build(valid)


def extreme_params(law: VolLaw) -> RiskParams:
    """Every block full of the widest moves; every charge at its bound."""
    reach = (LOWEST_MULTIPLIER, HIGHEST_MULTIPLIER)
    moves = [
        (m + step, mode) for mode in ("up", "down") for m, step in zip(reach, (1, -1), strict=True)
    ]
    scenarios = [Scenario(f"{m} {mode}", m, mode, BPS) for m, mode in moves]
    return RiskParams(
        "extreme",
        tuple(scenarios),
        law,
        perp_pct=BPS,
        base_pct=BPS,
        naked_pct=BPS,
        hedge_spread=20,
        vega_spread=100,
        basis_down=LOWEST_MULTIPLIER,
        basis_up=HIGHEST_MULTIPLIER,
        basis_add=4 * BPS,
    )


def snapshot_of(
    svi: Svi, seconds: int, law: VolLaw = WIDEST, forward: int = FORWARD, index: int = FORWARD
) -> Snapshot:
    """One live row and one settled row under the extreme parameters."""
    params = extreme_params(law)
    row = live_row(CLOCK + seconds, forward, svi, params, CLOCK)
    head = Header(2**64 - 1, 2**64 - 1, 2**64 - 1, CLOCK, index, index)
    return Snapshot(head, params, (settled_row(CLOCK - 9, forward), row))


def flat(variance: int) -> Svi:
    """The same total variance at every strike [2^-72]."""
    return Svi(variance, 0, 0, 0, 0)


def least_vol() -> Snapshot:
    """The least total vol, after the deepest vol shock, one minute before expiry."""
    return largest_valid(lambda w: snapshot_of(flat(w), 60), 1 << VARIANCE_BITS, 0)


def greatest_vol() -> Snapshot:
    """The greatest total vol, after the highest vol shock, four years before expiry."""
    build: Build = lambda w: snapshot_of(flat(w), LONGEST_EXPIRY)  # noqa: E731
    return largest_valid(build, 1 << VARIANCE_BITS, 1 << VARIANCE_BITS + 12)


def widest_wings(rho: int) -> Snapshot:
    """A kink at the money as sharp as the rules admit; rho is -1, 0 or 1."""
    w = 1 << VARIANCE_BITS - 10
    law = VolLaw(0, 0)
    return largest_valid(lambda b: snapshot_of(Svi(w, b, rho * b, 0, 0), 86_400, law), 0, 1 << 50)


def deepest_bowl() -> Snapshot:
    """A smile of sigma 7.9 and b 60, lowered as far as the rules admit."""
    b, sigma_sq = 60 << SVI_SLOPE_BITS, 62 << SIGMA_SQUARED_BITS
    build: Build = lambda a: snapshot_of(Svi(a, b, 0, 0, sigma_sq), 60, VolLaw(0, 0))  # noqa: E731
    return largest_valid(build, 0, -480 << VARIANCE_BITS)


def strikes_of(snapshot: Snapshot) -> list[int]:
    """Strikes at both ends of the admitted range, near the money and at it."""
    forward = snapshot.rows[-1].forward
    return [_end(snapshot, -1), forward // 2, forward - 1, forward, forward + 1, _end(snapshot, 1)]


def _end(snapshot: Snapshot, side: int) -> int:
    """The last strike on one side whose k is admitted."""
    row = snapshot.rows[-1]
    near, far = row.forward, PRICE_BOUND - 1 if side > 0 else 1
    if _is_admitted(snapshot, far):
        return far
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if _is_admitted(snapshot, middle) else (near, middle)
    return near


def _is_admitted(snapshot: Snapshot, strike: int) -> bool:
    try:
        margin(book_of(Slot(snapshot.rows[-1].expiry, strike, 0, 0)), snapshot)
    except BookError:
        return False
    return True


def book_of(*slots: Slot, **fields: int) -> Book:
    """A book of these slots, nothing else in it unless named."""
    empty = dict.fromkeys(("cash", "base", "perp", "perp_entry"), 0)
    return Book(2**64 - 1, 2**64 - 1, slots=slots, blinding=1 << 247, **{**empty, **fields})


def at_full_gross(book: Callable[[int], Book], snapshot: Snapshot) -> Book:
    """book(size) with the largest size that the bound on gross admits."""
    low, high = 0, SIZE_BOUND
    while high - low > 1:
        middle = (low + high) // 2
        try:
            margin(book(middle), snapshot)
            low = middle
        except BookError:
            high = middle
    return book(low)


def largest_funding(snapshot: Snapshot) -> int:
    """The largest cumulative funding that the rules admit."""

    def build(funding: int) -> Snapshot:
        return replace(snapshot, header=replace(snapshot.header, cumulative_funding=funding))

    return largest_valid(build, 0, 1 << 60).header.cumulative_funding
