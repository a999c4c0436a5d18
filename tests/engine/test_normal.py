# SPDX-License-Identifier: Apache-2.0
"""The normal distribution of the screen against 50 digits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from zkmargin import oracle
from zkmargin.engine.holdings import Floats
from zkmargin.engine.normal import APPROXIMATION, normal

KNOTS = np.arange(-9 * 256, 9 * 256 + 1) / 256
HALFWAY = (KNOTS[1:] + KNOTS[:-1]) / 2  # where the Taylor step is longest
DRAWN = np.random.default_rng(1).uniform(-9, 9, 4_000)


def errors(points: Floats, values: Floats) -> list[float]:
    exact = (oracle.normal_cdf(oracle.REAL.mpf(float(x))) for x in points)
    return [abs(float(value - there)) for value, there in zip(values, exact, strict=True)]


def replaced(points: Floats) -> Floats:
    values = points.copy()
    normal(values)
    return values


@pytest.mark.parametrize("points", [KNOTS, DRAWN], ids=["knots", "drawn"])
def test_the_knots_are_within_their_stated_error(points: Floats) -> None:
    assert max(errors(points, ndtr(points))) < 2.0**-48


@pytest.mark.parametrize("points", [HALFWAY, DRAWN], ids=["halfway", "drawn"])
def test_the_step_between_them_is_within_its_stated_error(points: Floats) -> None:
    assert max(errors(points, replaced(points))) < APPROXIMATION


def test_the_stated_error_is_not_much_more_than_the_largest() -> None:
    assert max(errors(HALFWAY, replaced(HALFWAY))) > APPROXIMATION / 2


def test_a_knot_has_the_value_of_the_table() -> None:
    assert (replaced(KNOTS) == ndtr(KNOTS)).all()


def test_far_away_it_is_zero_or_one() -> None:
    far = np.array([-np.inf, -1e300, -9.001, 9.001, 1e300, np.inf])

    assert np.abs(replaced(far) - [0, 0, 0, 1, 1, 1]).max() < 2.0**-60


@pytest.mark.parametrize("length", [0, 1, 8_191, 8_192, 8_193, 30_000])
def test_any_number_of_numbers_is_replaced(length: int) -> None:
    points = np.random.default_rng(length).normal(0, 2, length)

    assert np.abs(replaced(points) - ndtr(points)).max(initial=0.0) < APPROXIMATION
