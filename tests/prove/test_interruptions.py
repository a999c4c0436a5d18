# SPDX-License-Identifier: Apache-2.0
"""A build or a proof that is killed leaves what was there before, or what was to be there.

Killed at random moments, several times each. What counts is what loads afterwards: the old, the
new, never a mixture.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from killing import killed, moments, often

from zkmargin.documents.proof_document import load_margin_proof
from zkmargin.files import sha256
from zkmargin.margin_proof import verify_margin
from zkmargin.proving.artifacts import artifact_home, build, build_circuit, load
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import load_verifying_key

pytestmark = pytest.mark.prove

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PRODUCT = (ROOT / "tests" / "circuits" / "fixtures" / "product.circom").read_text()
BUILD = (
    "import sys; from pathlib import Path; from zkmargin.proving.artifacts import build_circuit;"
    "from zkmargin.proving.circuit_source import CircuitSource;"
    "build_circuit(CircuitSource(Path(sys.argv[1])), Path(sys.argv[2]))"
)


def contents(directory: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in directory.iterdir()}


@often
def test_a_build_that_is_killed_leaves_the_old_key_or_the_new_one(
    times: int, tmp_path: Path, source: random.Random
) -> None:
    main, home = tmp_path / "product.circom", tmp_path / "home"
    main.write_text(PRODUCT)
    command = [sys.executable, "-c", BUILD, str(main), str(home)]
    for number, moment in enumerate(moments(times, command, source)):
        old, text = load(home), f"{PRODUCT}// {number}\n"
        before = contents(home)
        main.write_text(text)
        killed(command, moment)

        new = load(home)
        assert new.manifest.sources in (old.manifest.sources, {"product.circom": sha256(main)})
        assert (contents(home) == before) == (new.manifest.sources == old.manifest.sources)
        assert build_circuit(CircuitSource(main), home).manifest.sources == {
            "product.circom": sha256(main)
        }


@often
def test_a_proof_that_is_killed_leaves_the_old_file_or_a_new_one_that_is_valid(
    times: int, tmp_path: Path, source: random.Random
) -> None:
    build("small")
    key = load_verifying_key(artifact_home() / "margin_small" / "verification_key.json")
    output = tmp_path / "proof.json"
    book, snapshot = EXAMPLES / "edge_book.json", EXAMPLES / "eth_snapshot.json"
    command = [sys.executable, "-m", "zkmargin", "prove", str(book), str(snapshot)]
    command += ["--preset", "small", "-o", str(output)]
    for moment in moments(times, command, source):
        killed(command, moment)

        assert verify_margin(load_margin_proof(output), key)
        assert [path.name for path in tmp_path.iterdir() if path.suffix == ".json"] == [output.name]
