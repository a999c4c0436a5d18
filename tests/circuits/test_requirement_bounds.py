# SPDX-License-Identifier: Apache-2.0
"""requirement.circom: the last number that every range takes, and the first that it refuses."""

from __future__ import annotations

import pytest

from circuits.compiled import Inputs
from circuits.harness import Circuit, Hints, accepts, compile_template, forge, rejects
from zkmargin.field import MODULUS
from zkmargin.margin import CHARGED, SHOCKED, WEIGHTED
from zkmargin.units import BPS

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

FILE, PUBLIC = "circuits/requirement.circom", ["basisFactor", "charges", "pnl", "shift"]
UPPER = compile_template(FILE, "RequirementUpper", 2, 1, public=PUBLIC)
LOWER = compile_template(FILE, "RequirementLower", 2, 1, public=PUBLIC)
LOSS = compile_template(FILE, "LossLower", 2, 1000, 10, 8, public=["loss"])
BOTH = pytest.mark.parametrize("circuit", [UPPER, LOWER], ids=["upper", "lower"])
HONEST = {
    "basisLoss[j]": "ceilOfLoss(min(shift[0][j], shift[1][j]), SHOCKED)",
    "scan": "max(ceilOfLoss(-basis, 10000), ceilOfLoss(worst, WEIGHTED))",
    "static": "ceilOfLoss(-charges, CHARGED)",
}
MOST_OF_EXPIRY, MOST = (1 << 56) - 1, (1 << 59) - 1  # [1e-6 quote]
LARGE = 1 << 40  # [1e-6 quote]; a factor that is one too high shows in it

Row = dict[str, int | list[int]]


def losses(given: Row) -> Inputs:
    """The inputs of both templates: nothing but what is given, and a basis factor of 1."""
    return {"pnl": [0, 0], "shift": [0, 0], "charges": 0, "basisFactor": [BPS]} | given


def one_less(hint: str) -> Hints:
    return {f"RequirementUpper.{hint}": f"{HONEST[hint]} - 1"}


@pytest.mark.parametrize(
    ("last", "first", "out"),
    [
        (
            {"shift": [-MOST_OF_EXPIRY * SHOCKED, 0]},
            {"shift": [-MOST_OF_EXPIRY * SHOCKED - 1, 0]},
            MOST_OF_EXPIRY,
        ),
        ({"shift": [(1 << 211) - 1, 0]}, {"shift": [1 << 211, 0]}, 0),  # gains
        ({"shift": [0, (1 << 211) - 1]}, {"shift": [0, 1 << 211]}, 0),
        ({"pnl": [-MOST * WEIGHTED, 0]}, {"pnl": [-MOST * WEIGHTED - 1, 0]}, MOST),
        ({"pnl": [0, -MOST * WEIGHTED]}, {"pnl": [0, -MOST * WEIGHTED - 1]}, MOST),
        ({"pnl": [(1 << 226) - 1, 0]}, {"pnl": [1 << 226, 0]}, 0),
        ({"pnl": [0, (1 << 226) - 1]}, {"pnl": [0, 1 << 226]}, 0),
        (
            {"shift": [-1, 0], "basisFactor": [1 - (1 << 73)]},  # no factor that params can have
            {"shift": [-1, 0], "basisFactor": [-1 << 73]},
            0,
        ),
        ({"charges": MOST * CHARGED}, {"charges": MOST * CHARGED + 1}, MOST),
        ({"charges": 1 - (1 << 240)}, {"charges": -1 << 240}, 0),
    ],
)
def test_a_range_from_above_ends_where_it_says(last: Row, first: Row, out: int) -> None:
    assert accepts(UPPER, losses(last)) == {"out": out}
    assert "AssertRange" in rejects(UPPER, losses(first))


@pytest.mark.parametrize(
    ("hint", "given"),
    [
        ("basisLoss[j]", {"shift": [-LARGE * SHOCKED, 0]}),
        ("basisLoss[j]", {"shift": [0, -LARGE * SHOCKED]}),
        ("basisLoss[j]", {"shift": [SHOCKED, SHOCKED]}),  # -1 would do, but for its range
        ("scan", {"pnl": [-LARGE * WEIGHTED, 0]}),
        ("scan", {"pnl": [0, -LARGE * WEIGHTED]}),
        ("scan", {"shift": [-LARGE * SHOCKED, 0]}),
        ("scan", {"pnl": [WEIGHTED] * 2, "shift": [-1, 0], "basisFactor": [-BPS]}),
        ("static", {"charges": LARGE * CHARGED}),
        ("static", {"charges": -CHARGED}),
    ],
)
def test_one_unit_less_than_the_loss_is_rejected(hint: str, given: Row) -> None:
    assert "AssertRange" in rejects(UPPER, losses(given), hints=one_less(hint))


@BOTH
@pytest.mark.parametrize("loss", [SHOCKED, 5 * SHOCKED + 1])
def test_the_factor_of_the_basis_is_the_given_one(circuit: Circuit, loss: int) -> None:
    given = losses({"shift": [-loss, 0]})

    assert "weighted" in rejects(circuit, given, wires={"basisFactor[0]": 0})


@BOTH
@pytest.mark.parametrize("change", [-1, 0, 1])
@pytest.mark.parametrize("count", [1, 3, LARGE])
def test_every_loss_is_rounded_up_once(circuit: Circuit, count: int, change: int) -> None:
    rows: list[Row] = [
        {"shift": [-count * SHOCKED - change, 0]},
        {"shift": [0, -count * SHOCKED - change]},
        {"pnl": [-count * WEIGHTED - change, 0]},
        {"pnl": [0, -count * WEIGHTED - change]},
        {"charges": count * CHARGED + change},
    ]

    for row in rows:
        assert accepts(circuit, losses(row)) == {"out": count + (change > 0)}


@BOTH
def test_charges_are_added_to_the_scan(circuit: Circuit) -> None:
    given = losses({"pnl": [0, -7 * WEIGHTED], "charges": 3 * CHARGED})

    assert accepts(circuit, given) == {"out": 10}
    for out in (0, 4, 9, 11):
        assert "out" in rejects(circuit, given, wires={"out": out})


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    ("name", "unit", "most"),
    [("shift", SHOCKED, MOST_OF_EXPIRY + 1), ("pnl", WEIGHTED, MOST + 1)],
)
def test_a_range_from_below_ends_where_it_says(name: str, unit: int, most: int, place: int) -> None:
    last, first = [0, 0], [0, 0]
    last[place], first[place] = -most * unit, -most * unit - 1

    assert accepts(LOWER, losses({name: last})) == {"out": most}
    assert "AssertRange" in rejects(LOWER, losses({name: first}))


def test_the_range_of_charges_from_below_ends_where_it_says() -> None:
    most = (MOST + 1) * CHARGED

    assert accepts(LOWER, losses({"charges": most})) == {"out": MOST + 1}
    assert "AssertRange" in rejects(LOWER, losses({"charges": most + 1}))


@pytest.mark.parametrize(
    ("branches", "last", "first"),
    [
        (
            2,
            {"shift": [-SHOCKED - (1 << 154), 0]},
            {"shift": [-SHOCKED - (1 << 154) - 1, 0]},
        ),
        (3, {"pnl": [-WEIGHTED - (1 << 167), 0]}, {"pnl": [-WEIGHTED - (1 << 167) - 1, 0]}),
        (1, {"charges": CHARGED + (1 << 181)}, {"charges": CHARGED + (1 << 181) + 1}),
    ],
)
def test_a_loss_may_be_smaller_by_no_more_than_its_last_range(
    branches: int, last: Row, first: Row
) -> None:
    hints = {"LossLower.out": f"BRANCHES == {branches} ? 2 : ceilOfLoss(-greatest, UNIT)"}
    witness = forge(LOWER, losses(last), hints=hints)

    assert LOWER.plain.system.broken(witness) is None
    assert witness[1] == 2
    assert accepts(LOWER, losses(last)) == {"out": 3}
    assert "AssertRange" in rejects(LOWER, losses(first), hints=hints)


@pytest.mark.parametrize(
    ("given", "wires"),
    [
        ({"pnl": [-9 * WEIGHTED, 0]}, {"pnl[1]": -1}),
        ({"pnl": [0, -9 * WEIGHTED]}, {"pnl[0]": -1}),
        ({"pnl": [0, -9 * WEIGHTED]}, {"scan.loss[0]": 1}),
        ({"pnl": [0, -9 * WEIGHTED]}, {"weighted[0]": 1, "scan.loss[0]": SHOCKED}),
        (
            {"pnl": [0, -9 * WEIGHTED]},
            {"basisLoss[0]": 1, "weighted[0]": BPS, "scan.loss[0]": WEIGHTED},
        ),
        ({"charges": 2 * CHARGED}, {"static": 3, "out": 3}),
    ],
)
def test_a_branch_that_is_not_chosen_is_the_given_one_too(
    given: Row, wires: dict[str, int]
) -> None:
    rejects(LOWER, losses(given), wires=wires)


@pytest.mark.parametrize(
    ("loss", "out"),
    [
        ([0, 5], 1),
        ([1_000, 0], 1),
        ([0, 1_001], 2),
        ([256_000, 0], 256),
        ([0, 256_000], 256),
        ([-5, 0], 0),
    ],
)
def test_either_branch_can_decide(loss: list[int], out: int) -> None:
    assert accepts(LOSS, {"loss": loss}) == {"out": out}


@pytest.mark.parametrize("loss", [[256_001, 0], [0, 256_001]])
def test_a_loss_beyond_its_range_is_rejected(loss: list[int]) -> None:
    assert "AssertRange" in rejects(LOSS, {"loss": loss})


@pytest.mark.parametrize(
    ("chosen", "out", "constraint"),
    [
        ("b == 0 ? 2 : -1", 7, "(chosen[0])"),  # 10,000 less 3,000
        ("b == 0 ? 2 : 0", 10, "(chosen[0])"),
        ("b == 0 ? 1 / 2 : 1 / 2", 4, "(chosen[0])"),
        ("1", 8, "(chosen[0] + chosen[1])"),
    ],
)
def test_no_sum_of_two_branches_can_be_chosen(chosen: str, out: int, constraint: str) -> None:
    hints = {"LossLower.chosen[b]": chosen, "LossLower.out": out}

    assert constraint in rejects(LOSS, {"loss": [5_000, 3_000]}, hints=hints)


@pytest.mark.parametrize(
    ("loss", "chosen", "out"),
    [
        ([5_000, 0], "b == 0", 6),
        ([5_000, 0], "b == 0", MODULUS // 1000),
        ([-1, -1], "b == 0", 0),  # no loss, so no branch
        ([0, 0], "0", 1),
        ([2_025, 0], "b == 0", 2),
    ],
)
def test_an_output_that_no_branch_has_is_rejected(loss: list[int], chosen: str, out: int) -> None:
    hints = {"LossLower.chosen[b]": f"{chosen} ? 1 : 0", "LossLower.out": out}

    assert "AssertRange" in rejects(LOSS, {"loss": loss}, hints=hints)


def test_an_output_may_be_smaller_by_no_more_than_its_last_range() -> None:
    witness = forge(LOSS, {"loss": [2_024, 0]}, hints={"LossLower.out": 2})

    assert LOSS.plain.system.broken(witness) is None
    assert witness[1] == 2
    assert accepts(LOSS, {"loss": [2_024, 0]}) == {"out": 3}


@pytest.mark.parametrize("loss", [7, 4_999, 5_001])
def test_the_loss_of_the_chosen_branch_is_the_given_one(loss: int) -> None:
    assert "picked" in rejects(LOSS, {"loss": [5_000, 0]}, wires={"loss[0]": loss})
