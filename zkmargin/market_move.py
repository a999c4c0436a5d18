# SPDX-License-Identifier: Apache-2.0
"""The next epoch of a market that moved: every price by one factor, every vol as it was.

For drills and demonstrations: a smile keeps its shape over ln(K/F), its annual vols stay, and an
expiry that passed meanwhile settles at the new index.
"""

from __future__ import annotations

from dataclasses import replace

from zkmargin.errors import SnapshotError
from zkmargin.option import Svi
from zkmargin.params import RiskParams
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import live_row, settled_row, validate
from zkmargin.units import PRICE_BOUND


def moved(
    snapshot: Snapshot,
    *,
    index: int,
    seconds: int,
    params: RiskParams | None = None,
    credit: int | None = None,
) -> Snapshot:
    """The next epoch's snapshot, `seconds` later, with a new index [1e-6 quote].

    params, credit   the same unless told; credit is the rate on positive cash [2^-30]
    raises           SnapshotError if the index or the time is out of range, or the result is not
                     valid
    """
    head = snapshot.header
    if not 0 < index < PRICE_BOUND:
        raise SnapshotError("index", index, "must be positive and below 2^48")
    if seconds <= 0:
        raise SnapshotError("seconds", seconds, "must be positive")
    header = replace(
        head,
        epoch=head.epoch + 1,
        timestamp=head.timestamp + seconds,
        index=index,
        perp_mark=_scaled(head.perp_mark, index, head.index),
        credit=head.credit if credit is None else credit,
    )
    chosen = params or snapshot.params
    rows = tuple(_row(row, head, header, chosen) for row in snapshot.rows)
    result = Snapshot(header, chosen, rows)
    validate(result)
    return result


def _row(row: Row, before: Header, after: Header, params: RiskParams) -> Row:
    if row.settled:
        return row
    if row.expiry <= after.timestamp:
        return settled_row(row.expiry, after.index)
    left, was = row.expiry - after.timestamp, row.expiry - before.timestamp
    forward = _scaled(row.forward, after.index, before.index)
    return live_row(row.expiry, forward, _shorter(row.svi, left, was), params, after.timestamp)


def _shorter(svi: Svi, left: int, was: int) -> Svi:
    """Total variance in proportion to the time that is left."""
    return replace(
        svi,
        a=_scaled(svi.a, left, was),
        b=_scaled(svi.b, left, was),
        b_rho=_scaled(svi.b_rho, left, was),
    )


def _scaled(value: int, numerator: int, denominator: int) -> int:
    """Nearest, so that what is dumped to a document reads back."""
    return (2 * value * numerator + denominator) // (2 * denominator)
