# SPDX-License-Identifier: Apache-2.0
"""Proofs and checks in this process: wasmtime runs the witness program, groth16py does the rest.

groth16py holds a proof as eight 32-byte big-endian integers in the order of Ethereum's precompiles,
where the parts of an F_q2 element change places: A.x A.y, B.x1 B.x0 B.y1 B.y0, C.x C.y.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import groth16py

from zkmargin.errors import ArtifactError, ProvingError
from zkmargin.files import private_file
from zkmargin.proving.circom_program import run_program
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.groth16 import Proof, VerifyingKey, is_canonical
from zkmargin.proving.witness_file import witness_bytes

PROOF_BYTES: Final = 256
_WORD: Final = 32


class NativeBackend:
    """A proving key in memory and its circuit's witness program."""

    name = "native"

    def __init__(self, wasm: Path, zkey: Path, wires: int) -> None:
        self._wasm = wasm
        self._wires = wires
        try:
            self._proving_key, _ = groth16py.import_zkey(str(zkey))
        except groth16py.SetupError as error:
            raise ArtifactError(zkey.name, str(error), "must be a Groth16 proving key") from error

    def witness(self, inputs: Inputs) -> list[int]:
        """Every wire; raises ProvingError if the inputs break a constraint."""
        return run_program(self._wasm, inputs)

    def proof(self, witness: Sequence[int]) -> Proof:
        """A proof, right if the witness is; raises ProvingError if the key is another circuit's."""
        if len(witness) != self._wires:
            rule = f"the proving key has {self._wires}"
            raise ProvingError(f"the witness has {len(witness)} wires, {rule}")
        with private_file(witness_bytes(witness)) as path:
            return proof_from_bytes(groth16py.prove_wtns(self._proving_key, str(path)))


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


@lru_cache(maxsize=16)
def _verifier(key: VerifyingKey) -> groth16py.Verifier:
    return groth16py.Verifier(groth16py.VerifyingKey.from_snarkjs(json.dumps(key.to_json())))
