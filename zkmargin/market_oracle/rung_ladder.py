# SPDX-License-Identifier: Apache-2.0
"""Which rung of a ladder of risk parameters a variance selects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from zkmargin.errors import InputError
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE

Ladder = Sequence["Rung"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One set of risk parameters.

    max_variance   largest variance it is made for; 2^64 - 1 in the last rung [2^-48 per year]
    params_hash    hash of the risk parameters
    """

    max_variance: int
    params_hash: int


def check_ladder(ladder: Ladder) -> None:
    """Raises InputError unless there are 1 to 256 rungs that increase up to 2^64 - 1."""
    bounds = [rung.max_variance for rung in ladder]
    if not 1 <= len(bounds) <= 256:
        raise InputError("ladder", f"{len(bounds)} rungs", "must have 1 to 256")
    if any(low >= high for low, high in pairwise(bounds)):
        raise InputError("ladder", bounds, "must increase")
    if bounds[-1] != MAX_VARIANCE:
        raise InputError("ladder", bounds[-1], f"must end at {MAX_VARIANCE}")


def wanted(ladder: Ladder, variance: int) -> int:
    """Place of the first rung made for a variance [2^-48 per year]."""
    return next(place for place, rung in enumerate(ladder) if rung.max_variance >= variance)


def step(
    ladder: Ladder, place: int, variance: int, max_step_up: int, may_descend: bool
) -> tuple[int, bool]:
    """The rung after one more epoch, and whether the variance is above what it is made for."""
    target = wanted(ladder, variance)
    if target > place:
        reached = min(target, place + max_step_up)
        return reached, reached < target
    return place - (may_descend and target < place), False
