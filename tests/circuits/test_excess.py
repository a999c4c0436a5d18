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


SAFE, SHORT, UNLESS = (
    compile_template("circuits/requirement.circom", name)
    for name in ("AssertSafe", "AssertShort", "AssertShortUnless")
)
NEGATIVE = (-1, -2, -(1 << 200), -(1 << 236))
OTHERS = (0, 1, 2, 1 << 200, (1 << 236) - 1)
NONE = (1 << 236, -(1 << 236) - 1, 1 << 237, MODULUS // 2, MODULUS // 2 + 1)


@pytest.mark.parametrize("excess", [*NEGATIVE, *OTHERS, *NONE])
def test_an_excess_is_safe_or_short_and_never_both(excess: int) -> None:
    for circuit, allowed in ((SAFE, OTHERS), (SHORT, NEGATIVE)):
        if excess in allowed:
            accepts(circuit, {"excess": excess})
        else:
            rejects(circuit, {"excess": excess})


@pytest.mark.parametrize("excess", [*NEGATIVE, *OTHERS, *NONE])
def test_an_excess_that_is_not_short_needs_an_excuse(excess: int) -> None:
    accepts(UNLESS, {"excused": 1, "excess": excess})
    if excess in NEGATIVE:
        accepts(UNLESS, {"excused": 0, "excess": excess})
    else:
        rejects(UNLESS, {"excused": 0, "excess": excess})


def test_no_wire_of_a_decision_can_change_alone() -> None:
    assert_pinned(SAFE, {"excess": 5})
    assert_pinned(SHORT, {"excess": -5})
    assert_pinned(UNLESS, {"excused": 0, "excess": -5})
    assert_pinned(UNLESS, {"excused": 1, "excess": 5})
