# SPDX-License-Identifier: Apache-2.0
"""The rapidsnark backend: how its program is found, called and believed.

The program is not rapidsnark's but `rapidsnark_stand_in.mjs`, which has its command line and its
files and leaves the proving to snarkjs. So this tests our side of the interface, not rapidsnark.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from zkmargin.errors import ArtifactError, ProvingError, ToolError
from zkmargin.proving import groth16
from zkmargin.proving.artifacts import Artifacts, build_circuit
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.prover import Prover, choose_backend
from zkmargin.proving.rapidsnark_backend import RapidsnarkBackend, find_rapidsnark
from zkmargin.proving.snarkjs_backend import snarkjs_witness
from zkmargin.proving.toolchain import node_tools

pytestmark = pytest.mark.prove

STAND_IN = Path(__file__).with_name("rapidsnark_stand_in.mjs")
FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
INPUTS: Inputs = {"total": 10, "tag": 7, "value": [1, 2, 3, 4]}
SIGNALS = (((1 * 2 + 3) * (4 + 7)) ** 2, 10, 7)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    source = CircuitSource(FIXTURES / "bytes.circom", FIXTURES / "lib")
    return build_circuit(source, tmp_path_factory.mktemp("artifacts") / "bytes")


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only directory on PATH: node is in it, and what a test puts there."""
    directory = tmp_path / "bin"
    directory.mkdir()
    (directory / "node").symlink_to(str(shutil.which("node")))
    monkeypatch.setenv("SNARKJS_TOOLS", str(node_tools()))
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")
    monkeypatch.delenv("ZKMARGIN_RAPIDSNARK", raising=False)
    return directory


def installed(place: Path, content: bytes | None = None) -> Path:
    """The stand-in, or a program of other content, under another name."""
    place.write_bytes(STAND_IN.read_bytes() if content is None else content)
    place.chmod(0o755)
    return place


@pytest.fixture
def backend(artifacts: Artifacts, tmp_path: Path) -> RapidsnarkBackend:
    program = installed(tmp_path / "rapidsnark.mjs")
    return RapidsnarkBackend(str(program), artifacts.wasm, artifacts.zkey, snarkjs_witness)


def test_it_proves_and_the_reference_agrees(artifacts: Artifacts, programs: Path) -> None:
    program = installed(programs / "prover.mjs").rename(programs / "rapidsnark.mjs")
    (programs / "rapidsnark").symlink_to(program)
    prover = Prover.load(artifacts, "rapidsnark")
    result = prover.prove(INPUTS)

    assert (prover.backend, prover.reason) == ("rapidsnark", "asked for")
    assert (result.backend, result.public_signals) == ("rapidsnark", SIGNALS)
    assert groth16.verify(artifacts.verifying_key, result.proof, SIGNALS)


def test_its_witness_needs_no_wasmtime(
    monkeypatch: pytest.MonkeyPatch, artifacts: Artifacts, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    program = installed(tmp_path / "rapidsnark.mjs")
    monkeypatch.setenv("ZKMARGIN_RAPIDSNARK", str(program))

    assert Prover.load(artifacts, "rapidsnark").prove(INPUTS).public_signals == SIGNALS


def test_it_is_the_automatic_choice_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, programs: Path
) -> None:
    before = choose_backend()
    program = installed(programs / "rapidsnark")

    assert before[0] == "native"
    assert choose_backend() == ("rapidsnark", f"{program} is installed, and the fastest")
    assert choose_backend("native")[0] == "native"


def test_the_setting_comes_before_path(
    monkeypatch: pytest.MonkeyPatch, programs: Path, tmp_path: Path
) -> None:
    installed(programs / "rapidsnark")
    chosen = installed(tmp_path / "another")
    monkeypatch.setenv("ZKMARGIN_RAPIDSNARK", str(chosen))

    assert find_rapidsnark() == str(chosen)


def test_a_setting_that_names_no_program_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZKMARGIN_RAPIDSNARK", str(tmp_path / "missing"))

    with pytest.raises(ToolError, match="ZKMARGIN_RAPIDSNARK must name an executable file"):
        choose_backend()


def test_the_name_of_its_build_counts_only_if_the_program_is_its_own(programs: Path) -> None:
    mark = programs / "was run"
    installed(programs / "prover", f"#!/bin/sh\ntouch '{mark}'\n".encode())
    found = [find_rapidsnark()]
    installed(programs / "prover")
    found.append(find_rapidsnark())

    assert found == [None, str(programs / "prover")]
    assert not mark.exists()


def test_where_it_is_missing_it_says_how_to_name_it() -> None:
    with pytest.raises(ToolError, match="not on PATH: put it there or set ZKMARGIN_RAPIDSNARK"):
        choose_backend("rapidsnark")


def test_its_complaint_is_passed_on(backend: RapidsnarkBackend) -> None:
    with pytest.raises(
        ToolError, match="ended with exit code 1:\nInvalid witness length"
    ) as caught:
        backend.proof([1, 2, 3])
    assert caught.value.code == 1


def test_a_proof_for_another_key_is_not_returned(
    artifacts: Artifacts, backend: RapidsnarkBackend, tmp_path: Path
) -> None:
    source = CircuitSource(FIXTURES / "bytes.circom", FIXTURES / "lib")
    other = build_circuit(source, tmp_path / "other")

    with pytest.raises(ProvingError, match="the proof that rapidsnark made does not verify"):
        Prover(backend, other.verifying_key, "test", {}).prove(INPUTS)


def test_success_without_a_proof_is_refused(artifacts: Artifacts, tmp_path: Path) -> None:
    program = installed(tmp_path / "silent", b"#!/bin/sh\nexit 0\n")
    backend = RapidsnarkBackend(str(program), artifacts.wasm, artifacts.zkey, snarkjs_witness)

    with pytest.raises(ArtifactError, match=r"proof\.json"):
        backend.proof([1])


def test_nothing_is_left_in_the_temporary_directory(
    monkeypatch: pytest.MonkeyPatch, backend: RapidsnarkBackend, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    backend.proof(backend.witness(INPUTS))

    assert list((tmp_path / "temporary").iterdir()) == []
