# SPDX-License-Identifier: Apache-2.0
"""Proofs of liquidation and NAV: what is proven, what is refused, and the books after it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from short_books import short_case

from zkmargin.commitment import commitment
from zkmargin.documents.proof_document import load_proof, write_proof
from zkmargin.errors import BookError, ProvingError
from zkmargin.liquidation import Slice, Terms
from zkmargin.liquidation_proof import (
    LiquidationProof,
    liquidated,
    prove_liquidation,
    verify_liquidation,
)
from zkmargin.margin import healthy, margin
from zkmargin.margin_proof import prove_margin
from zkmargin.nav_proof import prove_nav, proven_nav, verify_nav
from zkmargin.presets import TINY
from zkmargin.proving.artifacts import build
from zkmargin.units import BPS

pytestmark = pytest.mark.prove

BOOK, SNAPSHOT = short_case(random.Random(77), TINY)
TERMS = Terms(discount=950_000, reserved=0, target=11_000)
WINNER, SECRET = 0xABC << 148, (1 << 200) + 1


@pytest.fixture(scope="module")
def taken() -> Slice:
    return liquidated(BOOK, SNAPSHOT, TERMS)


@pytest.fixture(scope="module")
def proof(taken: Slice) -> LiquidationProof:
    build("tiny", circuit="liquidate")
    lot = taken.lot(8, 1, SECRET, top_up=5)
    return prove_liquidation(taken, lot, WINNER, domain=9, preset=TINY)


def test_a_slice_is_proven_for_its_winner_alone(proof: LiquidationProof, taken: Slice) -> None:
    key = build("tiny", circuit="liquidate").verifying_key
    said = proof.statement

    assert verify_liquidation(proof, key)
    assert (said.price, said.fraction, said.winner) == (taken.price, taken.fraction, WINNER)
    assert (said.cm_old, said.cm_new) == (commitment(BOOK), commitment(taken.remainder))
    for change in ({"winner": 1}, {"price": 0}, {"top_up": 6}, {"deficit": 1}, {"cm_lot": 1}):
        assert not verify_liquidation(replace(proof, statement=replace(said, **change)), key)


def test_the_books_after_it_open_what_the_proof_commits_to(
    proof: LiquidationProof, taken: Slice
) -> None:
    rest, lot = taken.remainder, taken.lot(8, 1, SECRET, top_up=5)

    assert (commitment(rest), commitment(lot)) == (proof.statement.cm_new, proof.statement.cm_lot)
    assert healthy(margin(rest, SNAPSHOT), TERMS.target)
    with pytest.raises(ProvingError, match="short by"):
        prove_margin(BOOK, SNAPSHOT)


def test_a_proof_file_reads_back(proof: LiquidationProof, tmp_path: Path) -> None:
    write_proof(tmp_path / "proof.json", proof)

    assert load_proof(tmp_path / "proof.json") == proof


def test_what_is_not_the_auctions_is_refused_in_words(taken: Slice) -> None:
    larger = replace(taken, fraction=taken.fraction + 1)
    smaller = taken.one_step_less
    healthy_book = replace(BOOK, cash=BOOK.cash - margin(BOOK, SNAPSHOT).excess(BPS))
    for other, words in (
        (larger, "a smaller slice reaches the target"),
        (smaller, "the remainder does not reach the target"),
        (replace(taken, old=margin(healthy_book, SNAPSHOT)), "the account is not in shortfall"),
    ):
        with pytest.raises(ProvingError, match=words):
            prove_liquidation(other, other.lot(8, 1, SECRET), WINNER)
    with pytest.raises(ProvingError, match="the lot is another's"):
        prove_liquidation(taken, replace(taken.lot(8, 1, SECRET), base=0, perp=1), WINNER)
    with pytest.raises(BookError, match="the account is healthy"):
        liquidated(healthy_book, SNAPSHOT, TERMS)


def test_a_nav_is_proven_to_the_unit() -> None:
    key = build("tiny", circuit="nav").verifying_key
    proof = prove_nav(BOOK, SNAPSHOT, domain=9, preset=TINY)

    assert proven_nav(proof) == margin(BOOK, SNAPSHOT).nav
    assert verify_nav(proof, key)
    other = replace(proof.statement, nav=proof.statement.nav + 1)
    assert not verify_nav(replace(proof, statement=other), key)
