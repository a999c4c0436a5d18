# SPDX-License-Identifier: Apache-2.0
"""Proofs and checks in this process: wasmtime runs the witness program, groth16py does the rest.

groth16py holds a proof as eight 32-byte big-endian integers in the order of Ethereum's precompiles,
where the parts of an F_q2 element change places: A.x A.y, B.x1 B.x0 B.y1 B.y0, C.x C.y.

It works on one core. Given two, two threads make the two halves of a proof (`half_keys`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import groth16py

from zkmargin.errors import ArtifactError, ProvingError
from zkmargin.files import private_file
from zkmargin.proving.bn254 import add_g1
from zkmargin.proving.circom_program import program_wires
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.cores import available_cores
from zkmargin.proving.groth16 import Proof, VerifyingKey, is_canonical
from zkmargin.proving.half_keys import half_keys
from zkmargin.proving.witness_file import Wires, witness_bytes

PROOF_BYTES: Final = 256
_WORD: Final = 32


class _Key(Protocol):
    """A proving key in memory."""

    def prove(self, witness: Path) -> Proof:
        """A proof of a .wtns file, right if the witness is."""


class NativeBackend:
    """A proving key in memory and its circuit's witness program."""

    name = "native"

    def __init__(self, wasm: Path, zkey: Path, wires: int, cores: int | None = None) -> None:
        self._wasm = wasm
        self._wires = wires
        halved = (available_cores() if cores is None else cores) > 1
        self._key: _Key = _HalvedKey(zkey) if halved else _WholeKey(zkey)

    def witness(self, inputs: Inputs) -> Wires:
        """Every wire; raises ProvingError if the inputs break a constraint."""
        return program_wires(self._wasm, inputs)

    def proof(self, witness: Sequence[int]) -> Proof:
        """A proof, right if the witness is; raises ProvingError if the key is another circuit's."""
        if len(witness) != self._wires:
            rule = f"the proving key has {self._wires}"
            raise ProvingError(f"the witness has {len(witness)} wires, {rule}")
        with private_file(witness_bytes(witness)) as path:
            return self._key.prove(path)


class _WholeKey:
    """For one core."""

    def __init__(self, zkey: Path) -> None:
        self._key = _import(zkey, zkey.name)

    def prove(self, witness: Path) -> Proof:
        return _prove(self._key, witness)


class _HalvedKey:
    """For two cores, one half on each. groth16py lets other threads run while it works."""

    def __init__(self, zkey: Path) -> None:
        halves = half_keys(zkey)
        with private_file(halves.blinded) as blinded, private_file(halves.quotient) as quotient:
            self._blinded = _import(blinded, zkey.name)
            self._quotient = _import(quotient, zkey.name)

    def prove(self, witness: Path) -> Proof:
        # The thread lives for one proof, and an interrupt waits for it: it reads the witness.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="zkmargin") as other:
            quotient = other.submit(_prove, self._quotient, witness)
            blinded = _prove(self._blinded, witness)
            return replace(blinded, c=add_g1(blinded.c, quotient.result().c))


def verify_native(key: VerifyingKey, proof: Proof, public_signals: Sequence[int]) -> bool:
    """True if the proof is valid for these public signals; groth16py's verdict.

    raises   ArtifactError if the number of signals is not the key's
    """
    if not is_canonical(key, proof, public_signals):
        return False
    try:
        return bool(_verifier(key).verify(proof_to_bytes(proof), list(public_signals)))
    except groth16py.EncodingError:  # a point off its curve or outside the subgroup
        return False


def proof_to_bytes(proof: Proof) -> bytes:
    """The 256 bytes of a proof whose coordinates are in [0, q)."""
    (x0, x1), (y0, y1) = proof.b
    words = (*proof.a, x1, x0, y1, y0, *proof.c)
    return b"".join(word.to_bytes(_WORD, "big") for word in words)


def proof_from_bytes(data: bytes) -> Proof:
    """The proof in 256 bytes; raises ArtifactError if there are more or fewer."""
    if len(data) != PROOF_BYTES:
        raise ArtifactError("proof", f"{len(data)} bytes", f"must be {PROOF_BYTES} bytes")
    words = [int.from_bytes(data[i : i + _WORD], "big") for i in range(0, PROOF_BYTES, _WORD)]
    ax, ay, x1, x0, y1, y0, cx, cy = words
    return Proof((ax, ay), ((x0, x1), (y0, y1)), (cx, cy))


def _import(zkey: Path, name: str) -> groth16py.ProvingKey:
    try:
        key, _ = groth16py.import_zkey(str(zkey))
    except groth16py.SetupError as error:
        raise ArtifactError(name, str(error), "must be a Groth16 proving key") from error
    return key


def _prove(key: groth16py.ProvingKey, witness: Path) -> Proof:
    return proof_from_bytes(groth16py.prove_wtns(key, str(witness)))


@lru_cache(maxsize=16)
def _verifier(key: VerifyingKey) -> groth16py.Verifier:
    return groth16py.Verifier(groth16py.VerifyingKey.from_snarkjs(json.dumps(key.to_json())))
