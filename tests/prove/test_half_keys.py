# SPDX-License-Identifier: Apache-2.0
"""A proof made in two halves is a proof under the whole key, and neither half is one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import groth16py
import pytest

from zkmargin.errors import ArtifactError
from zkmargin.files import private_file
from zkmargin.proving import groth16
from zkmargin.proving.artifacts import Artifacts, build_circuit
from zkmargin.proving.bn254 import add_g1
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.half_keys import half_keys
from zkmargin.proving.native_backend import NativeBackend, proof_from_bytes, verify_native
from zkmargin.proving.prover import Prover
from zkmargin.proving.snarkjs_backend import verify_snarkjs
from zkmargin.proving.witness_file import Wires, witness_bytes

pytestmark = pytest.mark.prove

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
BYTES = CircuitSource(FIXTURES / "bytes.circom", FIXTURES / "lib")
INPUTS: Inputs = {"total": 10, "tag": 7, "value": [1, 2, 3, 4]}
SIGNALS = (((1 * 2 + 3) * (4 + 7)) ** 2, 10, 7)  # fingerprint, total, tag
INFINITY = (0, 0)
VERIFIERS = [groth16.verify, verify_native, verify_snarkjs]

Verifier = Callable[[VerifyingKey, Proof, Sequence[int]], bool]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    return build_circuit(BYTES, tmp_path_factory.mktemp("artifacts") / "bytes")


def backend(artifacts: Artifacts, cores: int) -> NativeBackend:
    return NativeBackend(artifacts.wasm, artifacts.zkey, artifacts.manifest.wires, cores)


def proof_of(key: bytes, witness: Wires) -> Proof:
    with private_file(key) as zkey, private_file(witness_bytes(witness)) as wires:
        proving_key, _ = groth16py.import_zkey(str(zkey))
        return proof_from_bytes(groth16py.prove_wtns(proving_key, str(wires)))


@pytest.mark.parametrize("verifier", VERIFIERS)
@pytest.mark.parametrize("cores", [1, 2])
def test_a_proof_is_valid_on_one_core_and_on_two(
    artifacts: Artifacts, cores: int, verifier: Verifier
) -> None:
    prover = backend(artifacts, cores)

    assert verifier(artifacts.verifying_key, prover.proof(prover.witness(INPUTS)), SIGNALS)


@pytest.mark.parametrize("cores", [1, 2])
def test_two_proofs_of_one_witness_share_no_point(artifacts: Artifacts, cores: int) -> None:
    prover = backend(artifacts, cores)
    witness = prover.witness(INPUTS)
    first, second = prover.proof(witness), prover.proof(witness)

    assert first.a != second.a
    assert first.b != second.b
    assert first.c != second.c


def test_the_quotient_half_is_one_fixed_point(artifacts: Artifacts) -> None:
    key, witness = half_keys(artifacts.zkey).quotient, backend(artifacts, 2).witness(INPUTS)
    first, second = proof_of(key, witness), proof_of(key, witness)

    assert first == second
    assert first.a == INFINITY
    assert first.b == (INFINITY, INFINITY)
    assert first.c != INFINITY


def test_only_the_sum_of_the_halves_is_a_proof(artifacts: Artifacts) -> None:
    keys, witness = half_keys(artifacts.zkey), backend(artifacts, 2).witness(INPUTS)
    blinded, quotient = (proof_of(key, witness) for key in keys)
    whole = replace(blinded, c=add_g1(blinded.c, quotient.c))
    valid = [
        groth16.verify(artifacts.verifying_key, proof, SIGNALS)
        for proof in (blinded, replace(blinded, c=quotient.c), whole)
    ]

    assert valid == [False, False, True]


def test_an_invalid_witness_gives_no_valid_sum(artifacts: Artifacts) -> None:
    prover = backend(artifacts, 2)
    wires = list(prover.witness(INPUTS))
    wires[-1] += 1

    assert not groth16.verify(artifacts.verifying_key, prover.proof(wires), SIGNALS)


def test_no_thread_outlives_a_proof_or_a_failure(artifacts: Artifacts, tmp_path: Path) -> None:
    prover, before = backend(artifacts, 2), threading.active_count()
    prover.proof(prover.witness(INPUTS))
    after_proof = threading.active_count()
    with pytest.raises(groth16py.WitnessError):
        prover._key.prove(tmp_path / "missing.wtns")

    assert (after_proof, threading.active_count()) == (before, before)


def test_provers_in_several_threads_do_not_disturb_each_other(artifacts: Artifacts) -> None:
    with Prover.load(artifacts, "native") as prover:
        results = []
        threads = [
            threading.Thread(
                target=lambda tag=tag: results.append(prover.prove({**INPUTS, "tag": tag}))
            )
            for tag in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(result.public_signals[2] for result in results) == [0, 1, 2, 3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_process_proves_with_the_prover_of_its_parent(artifacts: Artifacts) -> None:
    with Prover.load(artifacts, "native") as prover:
        prover.prove(INPUTS)
        child = os.fork()
        if child == 0:
            valid = False
            try:
                valid = prover.prove(INPUTS).public_signals == SIGNALS
            finally:
                os._exit(0 if valid else 1)
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux binds processes to cores")
def test_the_reason_says_how_many_cores_prove(artifacts: Artifacts) -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        with Prover.load(artifacts) as prover:
            assert prover.reason.endswith("; 1 core, so a proof is made in one piece")
            assert prover.prove(INPUTS).public_signals == SIGNALS
    finally:
        os.sched_setaffinity(0, allowed)

    if len(allowed) > 1:
        ending = f"; {len(allowed)} cores, so both halves of a proof are made at once"
        assert Prover.load(artifacts, "native").reason == f"asked for{ending}"


def test_a_damaged_key_is_refused_by_name(artifacts: Artifacts, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zkey"
    damaged.write_bytes(artifacts.zkey.read_bytes()[:-100])

    for cores in (1, 2):
        with pytest.raises(ArtifactError, match=r"damaged\.zkey"):
            NativeBackend(artifacts.wasm, damaged, artifacts.manifest.wires, cores)
