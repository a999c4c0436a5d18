# SPDX-License-Identifier: Apache-2.0
"""The ladder of risk parameters: up by steps, down after a hold."""

from __future__ import annotations

import pytest

from zkmargin.errors import InputError
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE
from zkmargin.market_oracle.rung_ladder import Rung, check_ladder, step, wanted

LADDER = [Rung(10, 100), Rung(20, 200), Rung(30, 300), Rung(MAX_VARIANCE, 400)]


@pytest.mark.parametrize(
    ("variance", "place"), [(0, 0), (10, 0), (11, 1), (30, 2), (31, 3), (MAX_VARIANCE, 3)]
)
def test_the_first_rung_made_for_a_variance_is_wanted(variance: int, place: int) -> None:
    assert wanted(LADDER, variance) == place


@pytest.mark.parametrize(
    ("place", "variance", "may_descend", "outcome"),
    [
        (0, 10, True, (0, False)),
        (0, 11, True, (1, False)),
        (0, 31, True, (2, True)),  # two steps of three
        (3, 5, False, (3, False)),
        (3, 5, True, (2, False)),
        (2, 25, True, (2, False)),
    ],
)
def test_up_by_at_most_two_steps_and_down_by_one(
    place: int, variance: int, may_descend: bool, outcome: tuple[int, bool]
) -> None:
    assert step(LADDER, place, variance, 2, may_descend) == outcome


@pytest.mark.parametrize(
    "ladder",
    [
        [],
        LADDER[:3],
        [LADDER[1], LADDER[0], LADDER[3]],
        [LADDER[0], LADDER[0], LADDER[3]],
        [*(Rung(i, i) for i in range(256)), LADDER[3]],
    ],
)
def test_a_ladder_that_does_not_increase_to_the_end_is_refused(ladder: list[Rung]) -> None:
    with pytest.raises(InputError, match="ladder"):
        check_ladder(ladder)
