# SPDX-License-Identifier: Apache-2.0
"""RequirementLower: no loss can be overstated, whatever branch is chosen."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, forge, rejects
from circuits.test_requirement import (
    BY_BASIS,
    BY_SCENARIO,
    CASES,
    GAINS,
    NONE,
    Losses,
    random_losses,
)
from zkmargin.field import MODULUS
from zkmargin.margin import CHARGED, SHOCKED, WEIGHTED
from zkmargin.units import BPS, GROSS_BOUND

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

LOWER = compile_template(
    "circuits/requirement.circom",
    *("RequirementLower", 8, 2),
    public=["basisFactor", "charges", "pnl", "shift"],
)
LOSS = compile_template("circuits/requirement.circom", "LossLower", 3, 1000, 10, 8, public=["loss"])
OUT, CHOSEN = "LossLower.out", "LossLower.chosen[b]"


@pytest.mark.parametrize("losses", CASES)
def test_the_requirement_is_the_worst_loss_and_the_charges(losses: Losses) -> None:
    assert accepts(LOWER, losses.inputs) == {"out": losses.requirement}


def test_random_losses_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(60):
        losses = random_losses(source)
        assert accepts(LOWER, losses.inputs) == {"out": losses.requirement}


@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_gross_has_a_witness(sign: int) -> None:
    bound = sign * GROSS_BOUND
    losses = Losses(
        (bound * WEIGHTED,) * 8, (bound * SHOCKED,) * 4, GROSS_BOUND * CHARGED, (4 * BPS, 0)
    )

    assert accepts(LOWER, losses.inputs) == {"out": losses.requirement}


@pytest.mark.parametrize("charges", [-1, -CHARGED, -5 * CHARGED - 1])
def test_charges_below_zero_are_none(charges: int) -> None:
    losses = replace(BY_SCENARIO, charges=charges)

    assert accepts(LOWER, losses.inputs) == {"out": losses.requirement}


@pytest.mark.parametrize("place", [0, 3, 7])
@pytest.mark.parametrize("change", [-1, 0, 1])
def test_a_scenario_loss_is_rounded_up(place: int, change: int) -> None:
    pnl = [0] * 8
    pnl[place] = -12_345 * WEIGHTED + change
    losses = replace(NONE, pnl=tuple(pnl))

    assert accepts(LOWER, losses.inputs) == {"out": 12_345 + (change < 0)}


@pytest.mark.parametrize("losses", CASES)
@pytest.mark.parametrize("more", [1, 2, 1 << 40, MODULUS // 2])
def test_a_larger_loss_is_rejected(losses: Losses, more: int) -> None:
    honest = "ceilOfLoss(-greatest, UNIT)"

    assert "AssertRange" in rejects(LOWER, losses.inputs, hints={OUT: f"{honest} + {more}"})
    rejects(LOWER, losses.inputs, wires={"out": losses.requirement + more})


@pytest.mark.parametrize("out", ["greatest / UNIT", "-1", "1 / UNIT", "-greatest"])
def test_a_loss_that_is_no_integer_within_range_is_rejected(out: str) -> None:
    rejects(LOWER, BY_BASIS.inputs, hints={OUT: out})


@pytest.mark.parametrize(
    "chosen",
    [
        "1",  # all branches at once
        "b == 0 ? 2 : 0",  # one of them twice
        "b == 0 ? -1 : (b == 1 ? 1 : 0)",
        "b < 2 ? 1 : 0",
        "b == 0 ? 1 / 2 : 0",
    ],
)
def test_no_other_sum_of_branches_can_be_chosen(chosen: str) -> None:
    for loss in ([100, 200, 300], [-100, 200, -300]):
        rejects(LOSS, {"loss": loss}, hints={CHOSEN: chosen})


@pytest.mark.parametrize(
    ("loss", "chosen", "out"),
    [
        ([5_000, 2_001, -7], "b == 1 ? 1 : 0", 3),  # a smaller loss of another branch
        ([5_000, 2_001, -7], "0", 0),  # no branch at all
        ([-5, -1, -7], "0", 0),
    ],
)
def test_a_smaller_loss_is_accepted_and_harder_to_use(
    loss: list[int], chosen: str, out: int
) -> None:
    witness = forge(LOSS, {"loss": loss}, hints={CHOSEN: chosen, OUT: out})

    assert LOSS.plain.system.broken(witness) is None
    assert witness[1] == out


@pytest.mark.parametrize(
    ("loss", "chosen", "out"),
    [
        ([5_000, 2_001, -7], "b == 1 ? 1 : 0", 4),
        ([5_000, 2_001, -7], "b == 2 ? 1 : 0", 1),
        ([5_000, 2_001, -7], "0", 1),
        ([5_000, 2_000, -7], "b == 1 ? 1 : 0", 3),
        ([-5, -1, -7], "b == 1 ? 1 : 0", 1),
        ([-5, -1, -7], "b == 1 ? 1 : 0", 0),
        ([-5, 0, -7], "b == 1 ? 1 : 0", 0),  # no loss, so no branch
        ([257_000, 0, 0], "b == 0 ? 1 : 0", 257),  # beyond its range
    ],
)
def test_a_loss_above_that_of_the_branch_is_rejected(
    loss: list[int], chosen: str, out: int
) -> None:
    assert "AssertRange" in rejects(LOSS, {"loss": loss}, hints={CHOSEN: chosen, OUT: out})


@pytest.mark.parametrize(
    ("loss", "out"),
    [
        ([0, 0, 0], 0),
        ([1, 0, 0], 1),
        ([0, 1_000, 3], 1),
        ([0, 3, 1_001], 2),
        ([256_000] * 3, 256),
    ],
)
def test_the_greatest_loss_is_rounded_up(loss: list[int], out: int) -> None:
    assert accepts(LOSS, {"loss": loss}) == {"out": out}


def test_no_wire_of_the_requirement_can_change_alone() -> None:
    for losses in (BY_SCENARIO, BY_BASIS, GAINS):
        assert_pinned(LOWER, losses.inputs)
