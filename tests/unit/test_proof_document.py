# SPDX-License-Identifier: Apache-2.0
"""Proof documents: layout, round trip, and the header taken apart. Validity is not asked here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkmargin.documents.proof_document import (
    dump_proof,
    load_margin_proof,
    load_proof,
    write_proof,
)
from zkmargin.errors import ArtifactError
from zkmargin.field import MODULUS
from zkmargin.margin_proof import MarginProof
from zkmargin.proving.groth16 import Proof
from zkmargin.statement import MarginStatement, ShortfallStatement, header
from zkmargin.units import ID_BOUND, LEVEL_MAX


def margin_proof(public: MarginStatement) -> MarginProof:
    points = Proof(a=(1, 2), b=((3, 4), (5, 6)), c=(7, 8))
    return MarginProof("tiny", "development", "a" * 64, "b" * 64, public, points)


STATEMENT = MarginStatement(domain=5, header=header(7, 1, 10_000), commitment=11, snapshot_hash=12)


def changed(**fields: Any) -> dict[str, Any]:
    return {**dump_proof(margin_proof(STATEMENT)), **fields}


def test_a_written_proof_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    write_proof(path, margin_proof(STATEMENT))

    assert load_margin_proof(path) == margin_proof(STATEMENT)


def test_a_proof_of_another_circuit_reads_back_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    proof = replace(margin_proof(STATEMENT), statement=ShortfallStatement(5, 6, 7, 8, 9))
    write_proof(path, proof)

    assert json.loads(path.read_text())["circuit"] == "shortfall"
    assert load_proof(path) == proof
    with pytest.raises(ArtifactError, match="circuit: got 'shortfall', must be one of margin"):
        load_margin_proof(path)


@given(
    account=st.integers(0, ID_BOUND - 1),
    version=st.integers(0, ID_BOUND - 1),
    level=st.integers(0, LEVEL_MAX),
)
def test_account_version_and_level_are_those_of_the_header(
    account: int, version: int, level: int
) -> None:
    proof = margin_proof(MarginStatement(0, header(account, version, level), 0, 0))

    assert (proof.account, proof.version, proof.level) == (account, version, level)


REFUSED = [
    (changed(format="1"), "proof.json: format: got '1', must be one of zkmargin-proof-1"),
    (changed(circuit="shortfall"), "circuit: got 'shortfall', must be one of margin"),
    (changed(preset="giant"), "preset: got 'giant', must be one of tiny, small"),
    (changed(status="trusted"), "status: got 'trusted', must be one of development, ceremony"),
    (changed(constraints="a" * 63), "must have 64 hexadecimal digits"),
    (changed(public_signals={"domain": "0"}), "public_signals.header: got 'nothing', is required"),
    (changed(proof=[]), "proof.json: proof.proof: got [], must be a JSON object"),
    (changed(proof={"pi_a": ["1", "2", "1"]}), "proof.json: proof.pi_b: got 'nothing', must be"),
]


@pytest.mark.parametrize(("document", "message"), REFUSED)
def test_a_refusal_names_file_field_and_value(tmp_path: Path, document: Any, message: str) -> None:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactError) as refusal:
        load_margin_proof(path)

    assert message in str(refusal.value)


@pytest.mark.parametrize("value", [-1, MODULUS, "1.5", 3, None, True])
def test_a_public_signal_is_a_field_element_in_a_string(tmp_path: Path, value: Any) -> None:
    signals = {**changed()["public_signals"], "commitment": value}
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(changed(public_signals=signals)))

    with pytest.raises(
        ArtifactError, match=r"public_signals.commitment: got .*must be a string of digits"
    ):
        load_margin_proof(path)
