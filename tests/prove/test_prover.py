# SPDX-License-Identifier: Apache-2.0
"""Every prover against every verifier, on a circuit with three public signals."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from py_ecc import optimized_bn128 as bn128

from zkmargin.errors import ArtifactError, InputError, ProvingError, ToolError
from zkmargin.field import MODULUS
from zkmargin.proving import groth16
from zkmargin.proving.artifacts import Artifacts, build_circuit
from zkmargin.proving.bn254 import BASE_MODULUS, G1Point, G2Point, g2
from zkmargin.proving.circom_program import run_program
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.native_backend import (
    NativeBackend,
    proof_from_bytes,
    proof_to_bytes,
    verify_native,
)
from zkmargin.proving.prover import Prover, ProvingResult, choose_backend, verify, witness
from zkmargin.proving.r1cs import broken_constraint, read_r1cs
from zkmargin.proving.snarkjs_backend import snarkjs_witness, verify_snarkjs

pytestmark = pytest.mark.prove

FIXTURES = Path(__file__).parents[1] / "circuits" / "fixtures"
BYTES = CircuitSource(FIXTURES / "bytes.circom", FIXTURES / "lib")
INPUTS: Inputs = {"total": 10, "tag": 7, "value": [1, 2, 3, 4]}
SIGNALS = (((1 * 2 + 3) * (4 + 7)) ** 2, 10, 7)  # fingerprint, total, tag
BACKENDS = ["native", "snarkjs"]
VERIFIERS = [groth16.verify, verify_native, verify_snarkjs]
OUTSIDE_SUBGROUP: G2Point = (
    (1, 0),
    (
        18278151005453108793778860132295291098363647455926340152056652516292830556603,
        5912654199736721486680175016176231956195085055698687135131307249486702594212,
    ),
)

Verifier = Callable[[VerifyingKey, Proof, Sequence[int]], bool]
Witness = Callable[[Path, Inputs], list[int]]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    return build_circuit(BYTES, tmp_path_factory.mktemp("artifacts") / "bytes")


@pytest.fixture(scope="module")
def results(artifacts: Artifacts) -> dict[str, ProvingResult]:
    return {name: Prover.load(artifacts, name).prove(INPUTS) for name in BACKENDS}


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ZKMARGIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def negated(point: G1Point) -> G1Point:
    return point[0], BASE_MODULUS - point[1]


def moved_by_torsion(point: G2Point) -> G2Point:
    """The point plus one whose order divides the twist's cofactor."""
    torsion = bn128.multiply(g2(OUTSIDE_SUBGROUP), MODULUS)
    x, y = bn128.normalize(bn128.add(g2(point), torsion))
    return tuple(map(int, x.coeffs)), tuple(map(int, y.coeffs))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_proof_carries_its_public_signals_and_timings(
    results: dict[str, ProvingResult], backend: str
) -> None:
    result = results[backend]

    assert result.public_signals == SIGNALS
    assert result.backend == backend
    assert list(result.timings) == ["witness", "proof", "verify"]


@pytest.mark.parametrize("verifier", VERIFIERS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_verifier_accepts_every_provers_proof(
    artifacts: Artifacts, results: dict[str, ProvingResult], backend: str, verifier: Verifier
) -> None:
    assert verifier(artifacts.verifying_key, results[backend].proof, SIGNALS)


@pytest.mark.parametrize("verifier", VERIFIERS)
@pytest.mark.parametrize(
    "forge",
    [
        lambda p: (p, (SIGNALS[0] ^ 1, *SIGNALS[1:])),
        lambda p: (p, (*SIGNALS[:2], SIGNALS[2] + MODULUS)),
        lambda p: (p, (*SIGNALS[:2], SIGNALS[2] - MODULUS)),
        lambda p: (replace(p, a=negated(p.a)), SIGNALS),
        lambda p: (replace(p, a=(p.a[0], p.a[1] ^ 1)), SIGNALS),
        lambda p: (replace(p, a=(0, 0)), SIGNALS),
        lambda p: (replace(p, a=(p.a[0], p.a[1] + BASE_MODULUS)), SIGNALS),
        lambda p: (replace(p, b=(p.b[0][::-1], p.b[1][::-1])), SIGNALS),
        lambda p: (replace(p, b=moved_by_torsion(p.b)), SIGNALS),
        lambda p: (replace(p, c=(p.c[0] + BASE_MODULUS, p.c[1])), SIGNALS),
    ],
    ids=[
        "other signal",
        "signal + r",
        "signal - r",
        "a negated",
        "a off curve",
        "a zero",
        "a not canonical",
        "b off curve",
        "b outside subgroup",
        "c not canonical",
    ],
)
def test_every_verifier_rejects_what_is_no_proof(
    artifacts: Artifacts,
    results: dict[str, ProvingResult],
    verifier: Verifier,
    forge: Callable[[Proof], tuple[Proof, Sequence[int]]],
) -> None:
    proof, signals = forge(results["native"].proof)

    assert not verifier(artifacts.verifying_key, proof, signals)


@pytest.mark.parametrize("verifier", VERIFIERS)
@pytest.mark.parametrize("signals", [(), SIGNALS[:2], (*SIGNALS, 0)])
def test_every_verifier_refuses_a_wrong_number_of_signals(
    artifacts: Artifacts,
    results: dict[str, ProvingResult],
    verifier: Verifier,
    signals: Sequence[int],
) -> None:
    with pytest.raises(ArtifactError, match="the key has 3 public signals"):
        verifier(artifacts.verifying_key, results["native"].proof, signals)


def test_a_proof_survives_the_round_trip_through_bytes(results: dict[str, ProvingResult]) -> None:
    proof = results["snarkjs"].proof

    assert proof_from_bytes(proof_to_bytes(proof)) == proof


@pytest.mark.parametrize("length", [0, 255, 257])
def test_a_proof_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ArtifactError, match="must be 256 bytes"):
        proof_from_bytes(bytes(length))


@pytest.mark.parametrize("compute", [run_program, snarkjs_witness])
def test_both_witness_engines_satisfy_the_constraints(
    artifacts: Artifacts, compute: Witness
) -> None:
    wires = compute(artifacts.wasm, INPUTS)

    assert broken_constraint(read_r1cs(artifacts.r1cs), wires) is None
    assert tuple(wires[1:4]) == SIGNALS


@pytest.mark.parametrize("compute", [run_program, snarkjs_witness])
def test_inputs_without_a_witness_are_refused_in_circoms_words(
    artifacts: Artifacts, compute: Witness
) -> None:
    with pytest.raises(ProvingError, match=r"no witness: Assert Failed.*template Byte_0 line: 15"):
        compute(artifacts.wasm, {**INPUTS, "value": [1, 2, 3, 256], "total": 262})


@pytest.mark.parametrize("compute", [run_program, snarkjs_witness])
@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"total": 10, "tag": 7}, "inputs: got"),
        ({}, "inputs: got 'none'"),
        ({**INPUTS, "value": [1, 2, 3]}, "value"),
        ({**INPUTS, "value": [1, 2, 3, 4, 0]}, "value"),
        ({"total": 10, "tga": 7, "value": [1, 2, 3, 4]}, "tga"),
        ({**INPUTS, "tag": -1}, r"tag\[0\]: got -1"),
        ({**INPUTS, "tag": MODULUS}, r"tag\[0\]: got .*, must be in \[0, r\)"),
        ({**INPUTS, "tag": "7"}, r"tag\[0\]: got '7', must be an integer"),
        ({**INPUTS, "tag": 7.0}, r"tag\[0\]: got 7.0, must be an integer"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_by_name(
    artifacts: Artifacts, compute: Witness, inputs: Inputs, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        compute(artifacts.wasm, inputs)


@pytest.mark.parametrize("content", [b"", b"\0asm\1\0\0\0", b"nonsense"])
def test_what_is_no_witness_program_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "program.wasm"
    path.write_bytes(content)

    with pytest.raises(ArtifactError, match=r"program\.wasm"):
        run_program(path, INPUTS)


def test_a_missing_witness_program_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"program\.wasm"):
        run_program(tmp_path / "program.wasm", INPUTS)


def test_a_compiled_program_is_cached_and_a_damaged_cache_is_made_anew(
    artifacts: Artifacts, tmp_path: Path, cache: Path
) -> None:
    expected = None
    for name in ("first", "second", "third"):  # a new path each time, so that memory cannot answer
        path = tmp_path / f"{name}.wasm"
        path.write_bytes(artifacts.wasm.read_bytes())
        wires = run_program(path, INPUTS)
        (module,) = (cache / "modules").iterdir()
        expected = expected or (wires, module.read_bytes())

        assert (wires, module.read_bytes()) == expected
        if name == "second":
            content = module.read_bytes()
            module.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def test_a_cached_program_that_others_can_write_is_not_run(
    artifacts: Artifacts, tmp_path: Path, cache: Path
) -> None:
    for name in ("first", "second"):
        path = tmp_path / f"{name}.wasm"
        path.write_bytes(artifacts.wasm.read_bytes())
        run_program(path, INPUTS)
        (module,) = (cache / "modules").iterdir()
        if name == "first":
            module.chmod(0o666)

    assert module.stat().st_mode & 0o777 == 0o600


def test_a_key_of_another_build_gives_no_proof(artifacts: Artifacts, tmp_path: Path) -> None:
    other = build_circuit(BYTES, tmp_path / "other")
    backend = NativeBackend(artifacts.wasm, other.zkey, artifacts.manifest.wires)

    with pytest.raises(ProvingError, match="the proof that native made does not verify"):
        Prover(backend, artifacts.verifying_key, "test", {}).prove(INPUTS)


def test_a_witness_of_another_circuit_gives_no_proof(artifacts: Artifacts) -> None:
    backend = NativeBackend(artifacts.wasm, artifacts.zkey, artifacts.manifest.wires)

    with pytest.raises(ProvingError, match="the witness has 3 wires"):
        backend.proof([1, 2, 3])


def test_a_damaged_proving_key_is_refused_by_name(artifacts: Artifacts, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zkey"
    damaged.write_bytes(artifacts.zkey.read_bytes()[:-100])

    with pytest.raises(ArtifactError, match=r"damaged\.zkey"):
        NativeBackend(artifacts.wasm, damaged, artifacts.manifest.wires)


def test_proving_reports_each_stage_as_it_starts_and_ends(artifacts: Artifacts) -> None:
    seen: list[tuple[str, bool]] = []
    prover = Prover.load(artifacts, "native")
    prover.prove(INPUTS, lambda stage, seconds: seen.append((stage, seconds is not None)))

    stages = ("witness", "proof", "verify")
    assert seen == [(stage, ended) for stage in stages for ended in (False, True)]


def test_native_is_the_automatic_choice(artifacts: Artifacts) -> None:
    prover = Prover.load(artifacts)

    assert prover.backend == "native"
    assert prover.reason.startswith("wasmtime and groth16py are installed; ")


@pytest.mark.parametrize("package", ["wasmtime", "groth16py"])
def test_without_a_native_package_snarkjs_is_the_choice_and_the_reason_names_it(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    backend, reason = choose_backend()
    assert backend == "snarkjs"
    assert reason.startswith(f"not installed: {package}; pip install")
    with pytest.raises(ToolError, match=f"not installed: {package}"):
        choose_backend("native")


def test_without_native_packages_a_proof_is_made_and_verified_all_the_same(
    monkeypatch: pytest.MonkeyPatch, artifacts: Artifacts
) -> None:
    for package in ("wasmtime", "groth16py"):
        monkeypatch.setitem(sys.modules, package, None)
        monkeypatch.delitem(sys.modules, "zkmargin.proving.native_backend", raising=False)
        monkeypatch.delitem(sys.modules, "zkmargin.proving.circom_program", raising=False)
    result = Prover.load(artifacts).prove(INPUTS)

    assert result.backend == "snarkjs"
    assert verify(artifacts.verifying_key, result.proof, result.public_signals)
    assert tuple(witness(artifacts.wasm, INPUTS)[1:4]) == SIGNALS


def test_an_unknown_backend_is_refused(artifacts: Artifacts) -> None:
    with pytest.raises(InputError, match="must be one of auto, native, snarkjs"):
        Prover.load(artifacts, "gpu")


def test_without_node_the_snarkjs_backend_says_so(
    monkeypatch: pytest.MonkeyPatch, artifacts: Artifacts, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolError, match="node is not on PATH"):
        Prover.load(artifacts, "snarkjs").prove(INPUTS)


def test_no_private_file_outlives_a_proof(
    monkeypatch: pytest.MonkeyPatch, artifacts: Artifacts, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for backend in BACKENDS:
        Prover.load(artifacts, backend).prove(INPUTS)

    assert list((tmp_path / "temporary").iterdir()) == []
