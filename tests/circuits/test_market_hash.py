# SPDX-License-Identifier: Apache-2.0
"""market.circom: a market opens the snapshot hash, and only with the rows that are listed."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise

import pytest
from random_market import random_book, random_snapshot

from circuits.harness import accepts, compile_template, rejects
from zkmargin.field import MODULUS
from zkmargin.presets import TINY
from zkmargin.snapshot import Snapshot
from zkmargin.witness import margin_inputs

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

MARKET = compile_template("circuits/market.circom", "SnapshotHash", 2, 1, public=["market"])
ROW = compile_template("circuits/row.circom", "RowHash")
# Where the parts of a flat Market(2, 1) begin: header, params, law, digests, places, rows, factors.
LENGTHS = {
    "header": 7,
    "params": 32,
    "law": 1,
    "digests": 15,
    "places": 2,
    "rows": 26,
    "factors": 2,
}
STARTS = dict(zip(LENGTHS, accumulate(LENGTHS.values(), initial=0), strict=False))
SNAPSHOT = random_snapshot(random.Random(5), 1, 4)


def market(snapshot: Snapshot) -> list[int]:
    """The market as a book without positions opens it: its first two rows."""
    book = random_book(random.Random(1), snapshot, 0, 0)
    flat = margin_inputs(book, snapshot, 0, 1, TINY)["market"]
    assert len(flat) == sum(LENGTHS.values())
    return flat


def changed(part: str, index: int, change: int = 1) -> dict[str, list[int]]:
    flat = market(SNAPSHOT)
    flat[STARTS[part] + index] += change
    return {"market": flat}


@pytest.mark.parametrize("rows", [0, 1, 2, 7, 15])
def test_a_market_opens_the_hash_of_its_snapshot(rows: int) -> None:
    snapshot = random_snapshot(random.Random(rows), 1, rows)

    assert accepts(MARKET, {"market": market(snapshot)}) == {"out": snapshot.hash}


@pytest.mark.parametrize("index", range(7))
def test_every_number_of_the_header_changes_the_hash(index: int) -> None:
    inputs = changed("header", index)

    assert accepts(MARKET, inputs) != {"out": SNAPSHOT.hash}
    rejects(MARKET, inputs, wires={"out": SNAPSHOT.hash})


@pytest.mark.parametrize(("part", "index"), [("law", 0), ("digests", 2), ("digests", 14)])
def test_what_is_not_opened_changes_the_hash(part: str, index: int) -> None:
    assert accepts(MARKET, changed(part, index)) != {"out": SNAPSHOT.hash}


@pytest.mark.parametrize(
    ("part", "index"),
    [("digests", 0), ("digests", 1), *(("rows", i) for i in (0, 1, 5, 8, 13, 25)), ("factors", 1)],
)
def test_an_altered_row_or_digest_is_rejected(part: str, index: int) -> None:
    assert rejects(MARKET, changed(part, index))


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("change", [-1, 1, 14, 15])
def test_an_altered_place_is_rejected(index: int, change: int) -> None:
    rejects(MARKET, changed("places", index, change))


def test_a_multiple_of_a_digest_opens_no_other_row() -> None:
    flat = changed("rows", 5)["market"]
    row, digest = flat[STARTS["rows"] :][:13], flat[STARTS["digests"]]
    hashed = accepts(ROW, {"row": row, "basisFactor": flat[STARTS["factors"]]})["out"]
    assert isinstance(hashed, int)
    ratio = hashed * pow(digest, -1, MODULUS) % MODULUS
    chosen = f"places[j] == l + 1 ? (j == 0 ? {ratio} : 1) : 0"

    assert "1" in rejects(MARKET, {"market": flat}, hints={"OpenRows.chosen[j][l]": chosen})


def test_rows_in_another_order_are_rejected() -> None:
    flat = market(SNAPSHOT)
    bounds = [*STARTS.values(), sum(LENGTHS.values())]
    parts = dict(zip(LENGTHS, (flat[a:b] for a, b in pairwise(bounds)), strict=True))
    swap = {"rows": parts["rows"][13:] + parts["rows"][:13], "factors": parts["factors"][::-1]}

    for places in ([1, 2], [2, 1]):
        swapped = parts | swap | {"places": places}
        rejects(MARKET, {"market": [v for part in swapped.values() for v in part]})


def test_a_forged_hash_is_rejected() -> None:
    other = random_snapshot(random.Random(6), 1, 4)

    rejects(MARKET, {"market": market(SNAPSHOT)}, wires={"out": other.hash})
    rejects(MARKET, {"market": market(other)}, wires={"out": SNAPSHOT.hash})
