# SPDX-License-Identifier: Apache-2.0
"""Every input of a proof under the name that the circuit declares for its place."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from random_market import random_case
from unit.integer_markets import (
    EXPIRED,
    HEADER,
    PARAMS,
    SECRET,
    YEAR,
    book,
    market,
)

from zkmargin.field import MODULUS
from zkmargin.presets import PRESETS, ROWS, SCENARIO_BLOCKS, SMALL, Preset
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.snapshot import UNLISTED
from zkmargin.units import BPS
from zkmargin.witness import Inputs, margin_inputs

SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(circuits_dir().glob("*.circom")))
FIELD = re.compile(r"(signal|\w+\(.*?\)) (\w+)(?:\[(.*?)\])?;")
HELD = book(
    (YEAR, "110", "3", "-4"), (EXPIRED, "95", "-2", "1"), cash=-7, base=5, perp=-4, perp_entry=-9
)


def scenario_count(blocks: int) -> int:
    return sum(len(block) for block in SCENARIO_BLOCKS[:blocks])


def names_of(bus: str, arguments: list[int]) -> list[str]:
    """The flat names of a bus's signals, in the order circom reads them in."""
    found = re.search(rf"bus {bus}\((.*?)\) {{\n(.*?)\n}}", SOURCE, re.DOTALL)
    assert found, bus
    scope: dict[str, Any] = dict(zip(found[1].split(", "), arguments, strict=False))
    scope["scenarioCount"] = scenario_count
    names = []
    for kind, name, length in FIELD.findall(found[2]):
        places = [f"[{i}]" for i in range(eval(length, scope))] if length else [""]
        inner = [""]
        if kind != "signal":
            nested, _, given = kind.partition("(")
            values = [eval(x, scope) for x in given[:-1].split(", ") if x]
            inner = [f".{field}" for field in names_of(nested, values)]
        names += [name + place + field for place in places for field in inner]
    return names


def named(inputs: Inputs, preset: Preset) -> dict[str, int]:
    """Every input by its name in the circuit."""
    sizes = {"book": [preset.slots], "market": [preset.expiries, preset.scenario_blocks]}
    flat = {name: values[0] for name, values in inputs.items() if name not in sizes}
    for name, arguments in sizes.items():
        declared = names_of(name.capitalize(), arguments)
        flat |= {f"{name}.{d}": v for d, v in zip(declared, inputs[name], strict=True)}
    return flat


SMALL_INPUTS = named(margin_inputs(HELD, market(), BPS, 77, SMALL), SMALL)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_every_input_has_the_length_that_the_circuit_declares(preset: Preset) -> None:
    held, case = random_case(random.Random(preset.name), preset)
    inputs = margin_inputs(held, case, BPS, 1, preset)

    assert len(inputs["book"]) == len(names_of("Book", [preset.slots]))
    assert len(inputs["market"]) == len(
        names_of("Market", [preset.expiries, preset.scenario_blocks])
    )
    assert all(
        len(values) == 1 for name, values in inputs.items() if name not in ("book", "market")
    )


def test_the_inputs_are_those_of_the_main_template() -> None:
    found = re.search(r"template Margin\(.*?\) {\n(.*?)\n\n", SOURCE, re.DOTALL)
    assert found
    declared = re.findall(r"input (?:\w+\(.*?\) )?(\w+);", found[1])

    assert declared == list(margin_inputs(HELD, market(), BPS, 77, SMALL))


def test_every_input_is_a_field_element() -> None:
    assert all(0 <= value < MODULUS for value in SMALL_INPUTS.values())


def test_the_head_of_the_book_is_in_its_place() -> None:
    names = ("account", "version", "cash", "base", "perp", "perpEntry", "blinding")
    head = (1, 1, MODULUS - 7, 5, MODULUS - 4, MODULUS - 9, SECRET)

    assert tuple(SMALL_INPUTS[f"book.{name}"] for name in names) == head


@pytest.mark.parametrize("slot", range(SMALL.slots))
def test_a_slot_is_in_its_place_with_the_place_of_its_expiry(slot: int) -> None:
    """EXPIRED is row 0 of the snapshot, YEAR row 2; both are opened, in that order."""
    at = f"book.slots[{slot}]"
    found = [SMALL_INPUTS[f"{at}.{name}"] for name in ("expiry", "strike", "call", "put", "place")]
    expected = [0, 0, 0, 0, 0]
    if slot < 2:
        held = HELD.slots[slot]
        expected = [held.expiry, held.strike, held.call, held.put, (1, 0)[slot]]

    assert found == [value % MODULUS for value in expected]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("feed", HEADER.feed + (HEADER.contract_size << 64)),
        ("clock", HEADER.timestamp + (HEADER.epoch << 64)),
        ("index", HEADER.index),
        ("perpMark", HEADER.perp_mark),
        ("funding", 0),
        ("credit", HEADER.credit),
        ("debit", HEADER.debit),
    ],
)
def test_the_header_is_in_its_place(name: str, value: int) -> None:
    assert SMALL_INPUTS[f"market.header.{name}"] == value


def test_the_params_are_in_their_places() -> None:
    own = {"phi": 9_000, "perpPct": 200, "basePct": 300, "nakedPct": 100, "hedgeSpread": 5}
    own |= {"vegaSpread": 50, "maxMultiplier": 11_500, "maxGross": PARAMS.max_gross}

    assert {name: SMALL_INPUTS[f"market.params.{name}"] for name in own} == own
    assert SMALL_INPUTS["market.law"] == PARAMS.law_digest


def test_the_scenarios_are_in_circuit_order() -> None:
    fields = {"weight": "weight", "multiplier": "multiplier", "lnMultiplier": "ln_multiplier"}
    listed = [s for block in PARAMS.blocks[:2] for s in block]
    for name, field in fields.items():
        places = [SMALL_INPUTS[f"market.params.{name}[{i}]"] for i in range(len(listed))]

        assert places == [getattr(scenario, field) % MODULUS for scenario in listed]


def test_every_row_is_named_by_its_digest() -> None:
    digests = [SMALL_INPUTS[f"market.digests[{place}]"] for place in range(ROWS)]

    assert digests == [row.digest for row in market().rows] + [UNLISTED.digest] * 12


@pytest.mark.parametrize(("opened", "place"), [(0, 0), (1, 2)])
def test_an_opened_row_is_in_its_place(opened: int, place: int) -> None:
    row = market().rows[place]
    at = f"market.rows[{opened}]"
    expected = {
        "expiry": row.expiry,
        "settled": int(row.settled),
        "volDown": row.vol_down,
        "volUp": row.vol_up,
        "volFloor": row.vol_floor,
        "forward": row.forward,
        "lnForward": row.ln_forward,
        "rootTime": row.root_time,
        "a": row.svi.a,
        "b": row.svi.b,
        "bRho": row.svi.b_rho,
        "m": row.svi.m,
        "sigmaSq": row.svi.sigma_sq,
    }

    assert {name: SMALL_INPUTS[f"{at}.{name}"] for name in expected} == {
        name: value % MODULUS for name, value in expected.items()
    }
    assert SMALL_INPUTS[f"market.places[{opened}]"] == place + 1
    assert SMALL_INPUTS[f"market.basisFactor[{opened}]"] == row.basis_factor
