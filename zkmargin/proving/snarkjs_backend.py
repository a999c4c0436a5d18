# SPDX-License-Identifier: Apache-2.0
"""Proofs and checks by snarkjs, the reference prover.

Proofs come from one node process that stays warm (`snarkjs_worker`); a lone witness and a check are
a run of snarkjs each.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from zkmargin.errors import InputError, ProvingError, ToolError
from zkmargin.files import private_file
from zkmargin.proving.circuit_inputs import Inputs, input_lists
from zkmargin.proving.groth16 import Proof, VerifyingKey, is_canonical
from zkmargin.proving.precompiles import has_infinity
from zkmargin.proving.snarkjs_worker import SnarkjsWorker
from zkmargin.proving.toolchain import snarkjs
from zkmargin.proving.witness_file import read_witness

_COMPLAINT: Final = re.compile(r"Error: (?:Error: )?(.*?)(?:\n\s*(?:\n|at )|\Z)", re.DOTALL)
_INPUT_COMPLAINT: Final = re.compile(r"input signal|inputs have been set|[Ss]ignal.* not found")
_REJECTED: Final = re.compile(r"Invalid proof|Proof commitments are not valid|inputs are not valid")


class SnarkjsBackend:
    """A circuit's witness program and proving key in a worker that later proofs find warm."""

    name = "snarkjs"

    def __init__(self, wasm: Path, zkey: Path) -> None:
        self._worker = SnarkjsWorker(wasm, zkey)

    def witness(self, inputs: Inputs) -> list[int]:
        """Every wire; raises ProvingError if the inputs break a constraint."""
        lists = input_lists(inputs)
        try:
            return self._worker.witness(lists)
        except ToolError as error:
            raise _refusal(error, lists) from error

    def proof(self, witness: Sequence[int]) -> Proof:
        """A proof, right if the witness is; raises ToolError if snarkjs fails."""
        return self._worker.proof(witness)

    def close(self) -> None:
        """Ends the worker."""
        self._worker.close()


def snarkjs_witness(wasm: Path, inputs: Inputs) -> list[int]:
    """The witness that snarkjs computes with a circuit's witness program.

    raises   InputError if a name, a length or a value does not fit; ProvingError, in the program's
             own words, if the inputs break a constraint; ToolError if snarkjs fails otherwise
    """
    lists = input_lists(inputs)
    text = json.dumps({name: list(map(str, values)) for name, values in lists.items()})
    with private_file(text.encode()) as source, private_file() as target:
        try:
            snarkjs(["wtns", "calculate", str(wasm), str(source), str(target)])
        except ToolError as error:
            raise _refusal(error, lists) from error
        return read_witness(target)


def verify_snarkjs(key: VerifyingKey, proof: Proof, public_signals: Sequence[int]) -> bool:
    """True if the proof is valid for these public signals; snarkjs' verdict.

    snarkjs itself reduces coordinates, accepts too few signals and takes (0, 0) for a point of the
    curve, infinity, so all three are refused before it.
    raises   ArtifactError if the number of signals is not the key's; ToolError if snarkjs fails
    """
    if not is_canonical(key, proof, public_signals) or has_infinity(proof):
        return False
    documents = (key.to_json(), [str(signal) for signal in public_signals], proof.to_json())
    with tempfile.TemporaryDirectory(prefix="zkmargin-") as name:
        paths = [Path(name) / file for file in ("key.json", "public.json", "proof.json")]
        for path, document in zip(paths, documents, strict=True):
            path.write_text(json.dumps(document), encoding="utf-8")
        try:
            return "OK!" in snarkjs(["groth16", "verify", *map(str, paths)])
        except ToolError as error:
            if _REJECTED.search(error.output):
                return False
            raise


def _refusal(error: ToolError, inputs: dict[str, list[int]]) -> Exception:
    """What a failed run of the witness program means."""
    found = _COMPLAINT.search(error.output)
    complaint = " ".join(found.group(1).split()) if found else ""
    if _INPUT_COMPLAINT.search(complaint):
        return InputError("inputs", ", ".join(inputs) or "none", complaint)
    if "Failed" in complaint or "Error in template" in complaint:
        return ProvingError(f"no witness: {complaint}")
    return error
