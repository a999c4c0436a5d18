# SPDX-License-Identifier: Apache-2.0
"""Proofs by rapidsnark, the C++ prover of iden3: one run of its program for each proof.

    rapidsnark ZKEY WTNS PROOF.JSON PUBLIC.JSON

It is a program to be installed by hand: the one that ZKMARGIN_RAPIDSNARK names, else `rapidsnark`
on PATH, else `prover`, which is what its build calls it, if the program knows those four words.
The witness comes from elsewhere. Its proof.json names no curve.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from zkmargin.errors import ToolError
from zkmargin.files import private_file
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.groth16 import Proof, load_proof
from zkmargin.proving.toolchain import run
from zkmargin.proving.witness_file import witness_bytes

_SETTING: Final = "ZKMARGIN_RAPIDSNARK"
_USAGE: Final = b"<circuit.zkey> <witness.wtns>"  # in what it says when it is misused

WitnessEngine = Callable[[Path, Inputs], list[int]]


class RapidsnarkBackend:
    """The program, a circuit's proving key, and the engine that makes its witnesses."""

    name = "rapidsnark"

    def __init__(self, program: str, wasm: Path, zkey: Path, engine: WitnessEngine) -> None:
        self._program = program
        self._wasm = wasm
        self._zkey = zkey
        self._engine = engine

    def witness(self, inputs: Inputs) -> list[int]:
        """Every wire; raises ProvingError if the inputs break a constraint."""
        return self._engine(self._wasm, inputs)

    def proof(self, witness: Sequence[int]) -> Proof:
        """A proof, right if the witness is; raises ToolError if rapidsnark fails."""
        with (
            private_file(witness_bytes(witness)) as wires,
            tempfile.TemporaryDirectory(prefix="zkmargin-") as name,
        ):
            proof, public = Path(name) / "proof.json", Path(name) / "public.json"
            run([self._program, str(self._zkey), str(wires), str(proof), str(public)])
            return load_proof(proof)


def rapidsnark() -> str:
    """Path of the program; raises ToolError if there is none."""
    if path := find_rapidsnark():
        return path
    raise ToolError(["rapidsnark"], None, f"not on PATH: put it there or set {_SETTING} to it")


def find_rapidsnark() -> str | None:
    """Path of the program, None if there is none.

    raises   ToolError if ZKMARGIN_RAPIDSNARK names something that is no program
    """
    if chosen := os.environ.get(_SETTING):
        if path := shutil.which(chosen):
            return path
        raise ToolError([chosen], None, f"{_SETTING} must name an executable file")
    return shutil.which("rapidsnark") or _prover()


def _prover() -> str | None:
    """`prover` on PATH, if it is rapidsnark's: anything may bear that name, so it is not run."""
    path = shutil.which("prover")
    try:
        return path if path and _USAGE in Path(path).read_bytes() else None
    except OSError:  # a program that can be run but not read
        return None
