# SPDX-License-Identifier: Apache-2.0
"""Halves: the commitments to the lot and to the remainder, field by field."""

from __future__ import annotations

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, rejects
from circuits.margin_cases import DOMAIN, MARKET
from circuits.test_restoration import PARTLY, SLICES
from circuits.test_slice import holdings, lot_of
from circuits.test_valuation import ONE
from zkmargin.commitment import commitment
from zkmargin.liquidation import Slice
from zkmargin.units import BPS
from zkmargin.witness import margin_inputs

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

FILE = "circuits/liquidate.circom"
HALVES = compile_template(FILE, "Halves", ONE.slots)
SIZED = compile_template(FILE, "Sized")
LOT_BLINDING, TOP_UP = (1 << 199) + 3, 1_000_003
every_slice = pytest.mark.parametrize("taken", SLICES.values(), ids=SLICES)

Inputs = dict[str, int | list[int]]


def inputs_of(taken: Slice) -> Inputs:
    book = taken.old.book
    return {
        "book": margin_inputs(book, MARKET, BPS, DOMAIN, ONE)["book"],
        "lot": lot_of(taken),
        "left": holdings(taken.remainder),
        "lotAccount": 8,
        "lotVersion": 3,
        "lotBlinding": LOT_BLINDING,
        "topUp": TOP_UP,
    }


@every_slice
def test_the_halves_of_a_book_are_committed_to(taken: Slice) -> None:
    assert accepts(HALVES, inputs_of(taken)) == {
        "cmLot": commitment(taken.lot(8, 3, LOT_BLINDING, TOP_UP)),
        "cmNew": commitment(taken.remainder),
    }


@pytest.mark.parametrize("output", ["cmLot", "cmNew"])
def test_the_commitment_to_the_whole_book_is_rejected(output: str) -> None:
    rejects(HALVES, inputs_of(PARTLY), wires={output: commitment(PARTLY.old.book)})


@pytest.mark.parametrize("name", ["lotAccount", "lotVersion"])
def test_an_identity_that_overflows_its_place_is_rejected(name: str) -> None:
    rejects(HALVES, {**inputs_of(PARTLY), name: 1 << 64})


def test_a_strike_with_other_sizes_is_the_same_strike() -> None:
    names = [n for n in SIZED.plain.system.names if n.startswith("position.")]
    position = dict(zip(names, range(11, 16), strict=True))
    outputs = accepts(SIZED, {"position": list(position.values()), "call": 66, "put": 77})

    kept = {f"out.{name}": position[f"position.{name}"] for name in ("expiry", "strike", "place")}
    assert outputs == {**kept, "out.call": 66, "out.put": 77}


def test_no_wire_of_the_halves_can_change_alone() -> None:
    assert_pinned(HALVES, inputs_of(PARTLY))
    assert_pinned(SIZED, {"position": [11, 22, 33, 44, 55], "call": 66, "put": 77})
