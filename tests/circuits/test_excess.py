# SPDX-License-Identifier: Apache-2.0
"""Excess: NAV less reserve less level times requirement, each in its own unit."""

from __future__ import annotations

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, rejects
from zkmargin.field import MODULUS
from zkmargin.units import BPS, ONE, SIZE

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

EXCESS = compile_template(
    "circuits/requirement.circom",
    "Excess",
    public=["level", "nav", "phi", "requirement", "reserve"],
)
NAMES = ("nav", "reserve", "level", "phi", "requirement")
LARGE = (-(1 << 200), 1 << 180, 20_000, 15_000, (1 << 60) - 1)


@pytest.mark.parametrize(
    "numbers",
    [
        (0, 0, 0, 0, 0),
        (1, 0, 0, 0, 0),
        (0, 1, 0, 0, 0),
        (0, 0, 1, 1, 1),
        (7, 3, 10_000, 12_000, 5),
        (7, 3, 0, 12_000, 5),  # insolvency asks for no requirement
        LARGE,
    ],
)
def test_the_excess_is_exact(numbers: tuple[int, int, int, int, int]) -> None:
    nav, reserve, level, phi, requirement = numbers
    excess = nav * BPS * BPS - reserve * BPS - level * phi * requirement * ONE * SIZE

    given = dict(zip(NAMES, numbers, strict=True))
    assert accepts(EXCESS, given) == {"out": excess % MODULUS}


@pytest.mark.parametrize("name", [*NAMES, "out"])
@pytest.mark.parametrize("value", [0, 1])
def test_the_excess_of_other_numbers_is_rejected(name: str, value: int) -> None:
    rejects(EXCESS, dict(zip(NAMES, LARGE, strict=True)), wires={name: value})


def test_no_wire_of_the_excess_can_change_alone() -> None:
    assert_pinned(EXCESS, dict(zip(NAMES, LARGE, strict=True)))
