# SPDX-License-Identifier: Apache-2.0
"""restoration.circom: the smallest slice that restores an account, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, rejects
from circuits.liquidation_cases import slice_of, worth
from circuits.margin_cases import DOMAIN, MARKET
from circuits.test_slice import flat, holdings, signs
from circuits.test_valuation import HELD, ONE, inputs_of, valuation
from zkmargin.liquidation import Slice, Terms
from zkmargin.units import BPS, FRACTION_ONE
from zkmargin.witness import margin_inputs

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

FILE = "circuits/restoration.circom"
SIZES = (ONE.slots, ONE.expiries, ONE.scenario_blocks)
RESTORATION = compile_template(FILE, "Restoration", *SIZES)
SMALLER = compile_template(FILE, "SmallerSlice", *SIZES)
BOOK = HELD["short put"]
PARTLY = slice_of(worth(BOOK, 800))
SLICES = {
    "partly": PARTLY,
    "reserved": slice_of(worth(BOOK, 700), Terms(900_000, PARTLY.old.nav // 10, 12_000)),
    "insolvent": slice_of(worth(BOOK, -50)),
    "worth its reserve": slice_of(worth(BOOK, 500), Terms(900_000, PARTLY.old.nav, 11_000)),
}
WORTHLESS = ("insolvent", "worth its reserve")
every_slice = pytest.mark.parametrize("taken", SLICES.values(), ids=SLICES)

Inputs = dict[str, int | list[int]]


def prices_of(taken: Slice) -> list[int]:
    """The bus Prices of the account, as Valuation has them."""
    circuit, inputs = valuation(ONE), inputs_of(taken.old.book, MARKET, ONE)
    return flat(circuit.plain.system.outputs(circuit.plain.run(inputs)), "prices")


def smaller_inputs(taken: Slice) -> Inputs:
    """What SmallerSlice is asked of a slice itself; Restoration asks it of one step less."""
    book, terms = taken.old.book, taken.terms
    return {
        "held": holdings(book),
        "signs": signs(book, terms.reserved),
        "prices": prices_of(taken),
        "market": margin_inputs(book, MARKET, BPS, DOMAIN, ONE)["market"],
        "discount": terms.discount,
        "fraction": taken.fraction,
        "value": taken.for_sale_unreduced,
        "target": terms.target,
    }


def inputs_for(taken: Slice, changes: Mapping[str, int] | None = None) -> Inputs:
    return {
        **smaller_inputs(taken),
        "left": holdings(taken.remainder),
        "before": taken.old.excess_unreduced(BPS),
        "worthless": int(taken.for_sale_unreduced == 0),
        **(changes or {}),
    }


@every_slice
def test_the_smallest_slice_that_restores_is_accepted(taken: Slice) -> None:
    assert taken.valid
    accepts(RESTORATION, inputs_for(taken))


@pytest.mark.parametrize("name", ["partly", "reserved"])
@pytest.mark.parametrize("step", [-1000, -1, 1, 2, 1000])
def test_a_larger_or_a_smaller_slice_is_rejected(name: str, step: int) -> None:
    other = replace(SLICES[name], fraction=SLICES[name].fraction + step)

    accepts(RESTORATION, inputs_for(SLICES[name]))
    assert not other.valid
    rejects(RESTORATION, inputs_for(other))


@pytest.mark.parametrize("name", ["partly", "reserved"])
def test_what_a_smaller_slice_leaves_does_not_reach_the_target(name: str) -> None:
    taken = SLICES[name]
    left = holdings(taken.one_step_less.remainder)

    rejects(RESTORATION, {**inputs_for(taken), "left": left})


@every_slice
@pytest.mark.parametrize("by", [1, 2, 1 << 130])
def test_an_excess_that_falls_is_rejected(taken: Slice, by: int) -> None:
    after = taken.left.excess_unreduced(BPS)

    accepts(RESTORATION, inputs_for(taken, {"before": after}))
    rejects(RESTORATION, inputs_for(taken, {"before": after + by}))


@pytest.mark.parametrize("target", [0, BPS, 10_999, 11_001, 20_000])
def test_a_slice_for_another_target_is_rejected(target: int) -> None:
    rejects(RESTORATION, inputs_for(PARTLY, {"target": target}))


@pytest.mark.parametrize("name", WORTHLESS)
def test_only_a_worthless_account_may_go_whole_for_nothing(name: str) -> None:
    taken = SLICES[name]

    assert (taken.fraction, taken.price) == (FRACTION_ONE, 0)
    if taken.one_step_less.restores:
        rejects(RESTORATION, inputs_for(taken, {"worthless": 0}))
    else:
        accepts(RESTORATION, inputs_for(taken, {"worthless": 0}))


def test_a_worthless_account_of_each_kind_is_among_the_cases() -> None:
    assert {SLICES[name].one_step_less.restores for name in WORTHLESS} == {False, True}


@every_slice
@pytest.mark.parametrize("step", [-1, 0])
def test_the_excess_of_a_smaller_slice_is_from_below(taken: Slice, step: int) -> None:
    smaller = replace(taken, fraction=taken.fraction + step)
    outputs = accepts(SMALLER, smaller_inputs(smaller))
    excess = flat({"out.excess": outputs["excess"]}, "out")

    assert excess == [smaller.left.excess_unreduced(taken.terms.target)]


@pytest.mark.parametrize("output", ["excess", "slice.price", "required"])
@pytest.mark.parametrize("change", [1, -1, 1 << 120])
def test_another_excess_is_rejected(output: str, change: int) -> None:
    inputs = smaller_inputs(PARTLY)
    honest = SMALLER.plain.run(inputs)[SMALLER.plain.system.wires[output]]

    rejects(SMALLER, inputs, wires={output: honest + change})


def test_no_wire_of_a_smaller_slice_can_change_alone() -> None:
    assert_pinned(SMALLER, smaller_inputs(PARTLY))
