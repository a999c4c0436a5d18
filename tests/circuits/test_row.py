# SPDX-License-Identifier: Apache-2.0
"""row.circom: rows are opened once, in order, from the hash; a slot takes the row of its place."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from random_market import random_snapshot

from circuits.harness import Hints, accepts, assert_pinned, compile_template, forge, rejects
from zkmargin.field import MODULUS
from zkmargin.poseidon import poseidon
from zkmargin.snapshot import UNLISTED, Row

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

HASH = compile_template("circuits/row.circom", "RowHash", public=["basisFactor", "row"])
OPEN = compile_template(
    "circuits/row.circom", "OpenRows", 2, public=["basisFactor", "digests", "places", "rows"]
)
SELECT = compile_template("circuits/row.circom", "SelectRow", 3, public=["place", "rows"])

OPENED, CHOSEN = "OpenRows.chosen[j][l]", "SelectRow.chosen[j]"
PICKED = "0 = picked["  # digest === what was picked
SNAPSHOT = random_snapshot(random.Random(11), 1, 5)
ROW = SNAPSHOT.rows[2]
ROW_FIELDS = (
    *("expiry", "settled", "volDown", "volUp", "volFloor", "forward", "lnForward", "rootTime"),
    *("a", "b", "bRho", "m", "sigmaSq"),
)


def fields(row: Row) -> list[int]:
    svi = row.svi
    short = [row.expiry, int(row.settled), row.vol_down, row.vol_up, row.vol_floor]
    return [
        *(*short, row.forward, row.ln_forward, row.root_time),
        *(svi.a, svi.b, svi.b_rho, svi.m, svi.sigma_sq),
    ]


def hash_inputs(row: Row, **changes: int) -> dict[str, int | list[int]]:
    """The inputs of RowHash with some fields changed by so much."""
    factor = row.basis_factor + changes.pop("basisFactor", 0)
    pairs = zip(ROW_FIELDS, fields(row), strict=True)
    changed = [value + changes.pop(name, 0) for name, value in pairs]
    assert not changes
    return {"row": changed, "basisFactor": factor}


def open_inputs(places: tuple[int, int], rows: tuple[Row, Row]) -> dict[str, int | list[int]]:
    return {
        "places": list(places),
        "digests": [row.digest for row in SNAPSHOT.listed],
        "rows": [value for row in rows for value in fields(row)],
        "basisFactor": [row.basis_factor for row in rows],
    }


def opened_at(first: int, second: int) -> dict[str, int | list[int]]:
    """Two places with the rows that are listed there, if any are."""
    listed = {place + 1: row for place, row in enumerate(SNAPSHOT.listed)}
    rows = (listed.get(first, UNLISTED), listed.get(second, UNLISTED))
    return open_inputs((first, second), rows)


def select_inputs(place: int) -> dict[str, int | list[int]]:
    return {"place": place, "rows": [v for row in SNAPSHOT.rows[:3] for v in fields(row)]}


@pytest.mark.parametrize("row", [*SNAPSHOT.rows, UNLISTED])
def test_a_row_hashes_like_the_specification(row: Row) -> None:
    assert accepts(HASH, hash_inputs(row)) == {"out": row.digest}


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, expiry=(1 << 40) - 1, vol_up=(1 << 18) - 1, vol_down=(1 << 18) - 1),
        replace(ROW, expiry=0, vol_up=0, vol_down=0, basis_factor=0),
        replace(ROW, basis_factor=(1 << 16) - 1, settled=True),
    ],
)
def test_the_bounds_of_the_short_fields_are_accepted(row: Row) -> None:
    assert accepts(HASH, hash_inputs(row)) == {"out": row.digest}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("settled", 2),
        ("settled", -1),
        *[("volDown", v) for v in (1 << 18, -1)],
        *[("volUp", v) for v in (1 << 18, -1)],
        *[("expiry", v) for v in (1 << 40, -1, 1 << 130, MODULUS // 2)],
        *[("basisFactor", v) for v in (1 << 16, -1)],
    ],
)
def test_a_short_field_out_of_range_is_rejected(name: str, value: int) -> None:
    honest = {**dict(zip(ROW_FIELDS, fields(ROW), strict=True)), "basisFactor": ROW.basis_factor}

    rejects(HASH, hash_inputs(ROW, **{name: value - honest[name]}))


@pytest.mark.parametrize(
    "changes",
    [
        {"settled": 2, "basisFactor": -1},
        {"basisFactor": 1 << 16, "volDown": -1},
        {"volDown": 1 << 18, "volUp": -1},
        {"volUp": 1 << 46, "expiry": -1},
        {"volUp": -(1 << 46), "expiry": 1},
        {"settled": -(1 << 81), "expiry": 1},
        {"volDown": -(1 << 64), "expiry": 1},
    ],
)
def test_a_row_with_the_same_hash_is_rejected(changes: dict[str, int]) -> None:
    inputs = hash_inputs(ROW, **changes)

    assert forge(HASH, inputs)[1] == ROW.digest
    assert "AssertRange" in rejects(HASH, inputs) or "settled" in rejects(HASH, inputs)


def test_a_fraction_with_the_same_hash_is_rejected() -> None:
    # settled = 1 / 2 and basisFactor - 1 / 4, in the field
    quarter = pow(4, -1, MODULUS)
    inputs = hash_inputs(ROW, settled=2 * quarter, basisFactor=-quarter)

    assert forge(HASH, inputs)[1] == ROW.digest
    assert "settled" in rejects(HASH, inputs)


@pytest.mark.parametrize("name", [name for name in ROW_FIELDS if name != "settled"])
def test_every_field_changes_the_hash(name: str) -> None:
    assert accepts(HASH, hash_inputs(ROW, **{name: 1})) != {"out": ROW.digest}


@pytest.mark.parametrize("places", [(1, 2), (1, 5), (2, 4), (5, 6), (1, 15), (14, 15), (6, 7)])
def test_rows_open_at_increasing_places(places: tuple[int, int]) -> None:
    accepts(OPEN, opened_at(*places))


@pytest.mark.parametrize("places", [(1, 1), (3, 3), (15, 15), (2, 1), (5, 1), (15, 14)])
def test_a_row_opened_twice_or_out_of_order_is_rejected(places: tuple[int, int]) -> None:
    assert "AssertRange" in rejects(OPEN, opened_at(*places))


@pytest.mark.parametrize("hints", [{}, {OPENED: "l == 0 ? 1 : 0"}])
@pytest.mark.parametrize("places", [(0, 1), (-1, 3), (15, 16), (3, 17), (-1, 16)])
def test_a_place_that_is_not_listed_is_rejected(places: tuple[int, int], hints: Hints) -> None:
    rejects(OPEN, opened_at(*places), hints=hints)


@pytest.mark.parametrize(
    "chosen",
    [
        "l == places[j] ? 1 : 0",  # the next place
        "l + 1 == places[j] || l == 9 ? 1 : 0",  # two-hot
        "l + 1 == places[j] || l == 9 ? 1 / 2 : 0",
        "l + 1 == places[j] ? 2 : 0",
    ],
)
def test_a_forged_choice_is_rejected(chosen: str) -> None:
    for places in ((2, 3), (6, 8)):
        assert "chosen" in rejects(OPEN, opened_at(*places), hints={OPENED: chosen})


def test_a_row_from_another_place_is_rejected() -> None:
    rows = SNAPSHOT.rows

    for places in ((1, 3), (2, 3), (1, 15)):
        assert PICKED in rejects(OPEN, open_inputs(places, (rows[0], rows[4])))


@pytest.mark.parametrize("name", ["forward", "root_time", "vol_up", "basis_factor", "expiry"])
def test_an_altered_row_is_rejected(name: str) -> None:
    row = replace(ROW, **{name: getattr(ROW, name) + 1})

    assert PICKED in rejects(OPEN, open_inputs((3, 5), (row, SNAPSHOT.rows[4])))


@pytest.mark.parametrize("place", [3, 5])
def test_a_digest_that_is_not_the_row_s_is_rejected(place: int) -> None:
    honest = [ROW, SNAPSHOT.rows[4]]
    at = [3, 5].index(place)
    row = replace(honest[at], forward=honest[at].forward + 1)
    inputs = open_inputs((3, 5), (row, honest[1]) if at == 0 else (honest[0], row))

    assert f"digest[{at}]" in rejects(OPEN, inputs, wires={f"digest[{at}]": honest[at].digest})
    assert "chosen" in rejects(OPEN, inputs, wires={f"picked[{at}][{place - 1}]": row.digest})
    assert "chosen" in rejects(
        OPEN, inputs, wires={f"picked[{at}][0]": row.digest - honest[at].digest}
    )


def test_a_digest_of_another_domain_is_rejected() -> None:
    inputs = opened_at(1, 3)
    digests = inputs["digests"]
    assert isinstance(digests, list)
    digests[2] = poseidon([element % MODULUS for element in ROW.elements])

    rejects(OPEN, inputs)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_place_selects_its_row(place: int) -> None:
    outputs = accepts(SELECT, select_inputs(place))
    row = SNAPSHOT.rows[place]
    expected = dict(zip((f"row.{name}" for name in ROW_FIELDS), fields(row), strict=True))

    assert outputs.pop("chosen") == [int(j == place) for j in range(3)]
    assert outputs == {name: value % MODULUS for name, value in expected.items()}


@pytest.mark.parametrize("hints", [{}, {CHOSEN: "j == 1 ? place : 0"}, {CHOSEN: 1}])
@pytest.mark.parametrize("place", [3, -1, 4, 15, 1 << 40, "1/2", "3/2"])
def test_a_place_out_of_range_is_rejected(place: int | str, hints: Hints) -> None:
    element = int(place[0]) * pow(2, -1, MODULUS) if isinstance(place, str) else place

    rejects(SELECT, select_inputs(element), hints=hints)


@pytest.mark.parametrize(
    ("place", "chosen"),
    [
        (2, "j == 1 ? place : 0"),  # the sum of places is right, the choice is not one-hot
        (0, "1"),
        (1, "1"),
        (2, "1"),
        (0, "j == 1 ? place - 2 : 1"),
        (1, "j == 1 ? place - 2 : 1"),
    ],
)
def test_a_forged_selection_is_rejected(place: int, chosen: str) -> None:
    assert "chosen" in rejects(SELECT, select_inputs(place), hints={CHOSEN: chosen})


def test_a_field_of_another_row_is_rejected() -> None:
    for place in range(3):
        other = SNAPSHOT.rows[(place + 1) % 3]
        rejects(SELECT, select_inputs(place), wires={"row.forward": other.forward})
        rejects(SELECT, select_inputs(place), wires={"row.expiry": other.expiry})


def test_no_wire_of_the_rows_can_change_alone() -> None:
    assert_pinned(HASH, hash_inputs(ROW))
    assert_pinned(HASH, hash_inputs(UNLISTED))
    assert_pinned(OPEN, opened_at(2, 15))
    for place in range(3):
        assert_pinned(SELECT, select_inputs(place))
