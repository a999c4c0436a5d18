# SPDX-License-Identifier: Apache-2.0
"""requirement.circom: no loss can be understated; a larger one is accepted and only worse."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, forge, rejects
from zkmargin.fixed import divide_up
from zkmargin.margin import CHARGED, SHOCKED, WEIGHTED
from zkmargin.units import BPS, GROSS_BOUND

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

UPPER = compile_template(
    "circuits/requirement.circom",
    *("RequirementUpper", 8, 2),
    public=["basisFactor", "charges", "pnl", "shift"],
)
BASIS, SCAN, STATIC = (
    "RequirementUpper.basisLoss[j]",
    "RequirementUpper.scan",
    "RequirementUpper.static",
)
HONEST = {
    BASIS: "ceilOfLoss(min(shift[0][j], shift[1][j]), SHOCKED)",
    SCAN: "max(ceilOfLoss(-basis, 10000), ceilOfLoss(worst, WEIGHTED))",
    STATIC: "ceilOfLoss(-charges, CHARGED)",
}


@dataclass(frozen=True)
class Losses:
    """The inputs; shift is [down for each expiry, up for each expiry]."""

    pnl: tuple[int, ...]
    shift: tuple[int, int, int, int]
    charges: int
    factor: tuple[int, int]

    @property
    def inputs(self) -> dict[str, int | list[int]]:
        return {
            "pnl": list(self.pnl),
            "shift": list(self.shift),
            "charges": self.charges,
            "basisFactor": list(self.factor),
        }

    @property
    def basis(self) -> int:
        """Share of the loss of each expiry [bps of 1e-6 quote]."""
        worst = (min(self.shift[j], self.shift[2 + j]) for j in range(2))
        losses = (divide_up(max(0, -w), SHOCKED) for w in worst)
        return sum(f * loss for f, loss in zip(self.factor, losses, strict=True))

    @property
    def requirement(self) -> int:
        scan = max(0, divide_up(self.basis, BPS), *(divide_up(-p, WEIGHTED) for p in self.pnl))
        return scan + max(0, divide_up(self.charges, CHARGED))


NONE = Losses((0,) * 8, (0,) * 4, 0, (0, 0))
BY_SCENARIO = Losses(
    (5 * WEIGHTED, -7 * WEIGHTED - 1, *[3] * 6), (-SHOCKED, 5, 6, -2 * SHOCKED), 9, (BPS, 2 * BPS)
)
BY_BASIS = Losses(
    (-WEIGHTED,) * 8, (-9 * SHOCKED, SHOCKED, 1, -5 * SHOCKED - 1), 10 * CHARGED, (BPS, 3 * BPS)
)
GAINS = replace(BY_BASIS, pnl=(WEIGHTED,) * 8, shift=(SHOCKED,) * 4)
CASES = [NONE, BY_SCENARIO, BY_BASIS, GAINS]


@pytest.mark.parametrize("losses", CASES)
def test_the_requirement_is_the_worst_loss_and_the_charges(losses: Losses) -> None:
    assert accepts(UPPER, losses.inputs) == {"out": losses.requirement}


@pytest.mark.parametrize("place", [0, 3, 7])
@pytest.mark.parametrize("change", [-1, 0, 1])
def test_a_scenario_loss_is_rounded_up(place: int, change: int) -> None:
    pnl = [0] * 8
    pnl[place] = -12_345 * WEIGHTED + change
    losses = replace(BY_SCENARIO, pnl=tuple(pnl))

    assert accepts(UPPER, losses.inputs) == {"out": 12_345 + (change < 0) + 1}


@pytest.mark.parametrize("change", [-1, 0, 1])
def test_the_basis_and_the_charges_are_rounded_up(change: int) -> None:
    shift = (0, -100 * SHOCKED + change, 0, 0)
    losses = replace(NONE, shift=shift, charges=5 * CHARGED - change, factor=(0, 5_000))
    basis = 51 if change < 0 else 50

    assert accepts(UPPER, losses.inputs) == {"out": basis + 5 + (change < 0)}
    assert losses.requirement == basis + 5 + (change < 0)


def random_losses(source: random.Random) -> Losses:
    """Losses and gains of every size."""

    def money(unit: int) -> int:
        return source.randrange(-(unit << 50), unit << 50) >> source.randrange(200)

    return Losses(
        tuple(money(WEIGHTED) for _ in range(8)),
        (money(SHOCKED), money(SHOCKED), money(SHOCKED), money(SHOCKED)),
        abs(money(CHARGED)),
        (source.randrange(4 * BPS), source.randrange(4 * BPS)),
    )


def test_random_losses_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(60):
        losses = random_losses(source)
        assert accepts(UPPER, losses.inputs) == {"out": losses.requirement}


@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_gross_has_a_witness(sign: int) -> None:
    bound = sign * GROSS_BOUND
    losses = Losses(
        (bound * WEIGHTED,) * 8, (bound * SHOCKED,) * 4, GROSS_BOUND * CHARGED, (4 * BPS, 0)
    )

    assert accepts(UPPER, losses.inputs) == {"out": losses.requirement}


@pytest.mark.parametrize("hint", [BASIS, SCAN, STATIC])
@pytest.mark.parametrize("losses", [BY_SCENARIO, BY_BASIS])
def test_a_loss_one_unit_too_small_is_rejected(hint: str, losses: Losses) -> None:
    assert "AssertRange" in rejects(UPPER, losses.inputs, hints={hint: f"{HONEST[hint]} - 1"})


@pytest.mark.parametrize("hint", [BASIS, SCAN, STATIC])
@pytest.mark.parametrize("losses", [NONE, GAINS])
def test_a_negative_loss_is_rejected(hint: str, losses: Losses) -> None:
    losses = replace(losses, charges=0)

    assert "AssertRange" in rejects(UPPER, losses.inputs, hints={hint: f"{HONEST[hint]} - 1"})


@pytest.mark.parametrize("hint", [BASIS, SCAN, STATIC])
@pytest.mark.parametrize("losses", CASES)
def test_a_larger_loss_is_accepted_and_only_worse(hint: str, losses: Losses) -> None:
    witness = forge(UPPER, losses.inputs, hints={hint: f"{HONEST[hint]} + 1"})
    least = losses.requirement + (hint != BASIS)

    assert UPPER.plain.system.broken(witness) is None
    assert least <= witness[1] <= losses.requirement + 4


@pytest.mark.parametrize("expiry", [0, 1])
def test_the_loss_of_one_expiry_cannot_be_understated(expiry: int) -> None:
    honest = HONEST[BASIS]
    hints = {BASIS: f"j == {expiry} ? 0 : {honest}"}

    assert "AssertRange" in rejects(UPPER, BY_BASIS.inputs, hints=hints)


def test_the_smaller_of_two_moves_is_rejected() -> None:
    hints = {BASIS: "ceilOfLoss(max(shift[0][j], shift[1][j]), SHOCKED)"}

    assert "AssertRange" in rejects(UPPER, BY_BASIS.inputs, hints=hints)


@pytest.mark.parametrize(
    ("scan", "losses"),
    [
        ("ceilOfLoss(-basis, 10000)", BY_SCENARIO),  # the scenarios left out
        ("ceilOfLoss(worst, WEIGHTED)", BY_BASIS),  # the basis left out
        ("-worst / WEIGHTED", BY_SCENARIO),  # in the field: not rounded
        ("0", BY_SCENARIO),
    ],
)
def test_a_forged_scan_is_rejected(scan: str, losses: Losses) -> None:
    assert "AssertRange" in rejects(UPPER, losses.inputs, hints={SCAN: scan})


def test_charges_that_are_not_rounded_are_rejected() -> None:
    assert "AssertRange" in rejects(UPPER, BY_SCENARIO.inputs, hints={STATIC: "charges / CHARGED"})


def test_a_smaller_output_is_rejected() -> None:
    for losses in CASES:
        rejects(UPPER, losses.inputs, wires={"out": losses.requirement - 1})


def test_no_wire_of_the_requirement_can_change_alone() -> None:
    # A loss can change, but only together with the digits of its ranges.
    for losses in (BY_SCENARIO, BY_BASIS):
        assert_pinned(UPPER, losses.inputs)
