# SPDX-License-Identifier: Apache-2.0
"""Every part of liquidate is asked about this very account: another honest part is rejected.

The witness of a part comes from a circuit of its own, with an input that is not what the statement
holds, and is put in the place of the statement's own. The part accepts it, and its outputs are the
same; only that its inputs are bound can refuse it.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from circuits.constraint_system import PLACE
from circuits.harness import Circuit, compile_template
from circuits.liquidation_cases import INSOLVENT, LIQUIDATE, PARTLY, SIZES, sale_inputs
from zkmargin.liquidation import Slice
from zkmargin.presets import TINY

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SLICE = ("slice", compile_template("circuits/slice.circom", "Slice", TINY.slots))
SALE = ("sale", compile_template("circuits/sale.circom", "ForSale"))
RESTORATION = (
    "restoration",
    compile_template("circuits/restoration.circom", "Restoration", *SIZES),
)

Witness = list[int]


@cache
def statement(taken: Slice) -> tuple[int, ...]:
    """An honest witness at --O0."""
    return tuple(LIQUIDATE.plain.run(sale_inputs(taken)))


def spliced(taken: Slice, name: str, part: Circuit, changed: str, change: int) -> Witness:
    """The statement's witness with a part's own, of which one input is changed."""
    system, inner = LIQUIDATE.plain.system, part.plain.system
    witness = list(statement(taken))
    places = [wire for key, wire in system.wires.items() if key.startswith(f"{name}.")]
    mine = [key.removeprefix(f"{name}.") for key in system.wires if key.startswith(f"{name}.")]
    assert [PLACE.sub("", key) for key in mine] == [PLACE.sub("", key) for key in inner.wires]

    first = 1 + inner.r1cs.outputs
    inputs: dict[str, list[int]] = {}
    for key in inner.names[first : first + inner.r1cs.public_inputs + inner.r1cs.private_inputs]:
        value = witness[system.wires[f"{name}.{key}"]] + (change if key == changed else 0)
        inputs.setdefault(key.partition(".")[0].partition("[")[0], []).append(value)
    found = part.plain.run(inputs)
    for place, wire in zip(places, inner.wires.values(), strict=True):
        witness[place] = found[wire]
    return witness


def broken(witness: Witness) -> str:
    """The first constraint of the statement that a witness breaks."""
    return str(LIQUIDATE.plain.system.broken(witness))


def test_a_part_that_is_not_changed_fits() -> None:
    for name, part in (SLICE, SALE, RESTORATION):
        witness = spliced(PARTLY, name, part, "", 0)

        assert witness == list(statement(PARTLY))
        assert broken(witness) == "None"


@pytest.mark.parametrize(
    ("changed", "change"),
    [
        ("held.cash", -1),
        ("held.cashNegative", 1),
        ("signs.saleMagnitude", 1),
        ("left.cash", 1),
        ("prices.n1[0][0]", 1),
        ("market.header.feed", 1),
        ("before", -1),
        ("discount", -1),
        ("fraction", -1),
        ("value", -1),
        ("worthless", 1),
    ],
)
def test_another_restoration_is_rejected(changed: str, change: int) -> None:
    name, part = RESTORATION

    assert f"{name}.{changed}" in broken(spliced(PARTLY, name, part, changed, change))


def test_another_slice_with_the_same_halves_is_rejected() -> None:
    name, part = SLICE

    assert "slice.signs" in broken(spliced(PARTLY, name, part, "signs.saleMagnitude", 1))


def test_another_reserve_of_a_worthless_account_is_rejected() -> None:
    name, part = SALE

    assert "sale.reserved" in broken(spliced(INSOLVENT, name, part, "reserved", 1))


@pytest.mark.parametrize("change", [1, -1, -10_000])
def test_another_level_in_account_and_header_is_rejected(change: int) -> None:
    witness, names = list(statement(PARTLY)), LIQUIDATE.plain.system.wires
    for name, wire in names.items():
        if re.fullmatch(r"(account\.)*(header|level)", name):
            witness[wire] += change

    assert "account.level" in broken(witness)
