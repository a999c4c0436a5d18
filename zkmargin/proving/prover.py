# SPDX-License-Identifier: Apache-2.0
"""One interface to the provers. Every proof is verified before it is returned.

    rapidsnark   the fastest; a program that is installed by hand (`rapidsnark_backend`)
    native       in this process, by wasmtime and groth16py: pip install 'zkmargin[native]'; on two
                 cores if there are two
    snarkjs      the reference; a node process that stays warm between proofs

"auto" takes the first one that is installed and says why. The order is that of measured speed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from zkmargin.errors import InputError, ProvingError, ToolError
from zkmargin.progress import Progress, Stages
from zkmargin.proving.artifacts import Artifacts
from zkmargin.proving.circuit_inputs import Inputs
from zkmargin.proving.cores import available_cores
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.groth16 import verify as verify_reference
from zkmargin.proving.rapidsnark_backend import RapidsnarkBackend, find_rapidsnark, rapidsnark
from zkmargin.proving.snarkjs_backend import SnarkjsBackend, snarkjs_witness

BACKENDS: Final = ("auto", "native", "snarkjs", "rapidsnark")
_NATIVE_PACKAGES: Final = ("wasmtime", "groth16py")
_INSTALL: Final = "pip install 'zkmargin[native]'"


class Backend(Protocol):
    """What a prover can do with one circuit."""

    name: str

    def witness(self, inputs: Inputs) -> Sequence[int]:
        """Every wire of the circuit."""

    def proof(self, witness: Sequence[int]) -> Proof:
        """A proof that is valid if the witness is."""


@dataclass(frozen=True, slots=True)
class ProvingResult:
    """A proof that has been verified, and how it came about.

    public_signals   in the circuit's order, each in [0, r)
    timings          seconds by stage: witness, proof, verify
    """

    proof: Proof
    public_signals: tuple[int, ...]
    timings: Mapping[str, float]
    backend: str


class Prover:
    """A circuit with its proving key loaded, ready for many proofs.

    A backend may keep a process: `close` ends it, as does the end of a `with` block, or that of
    the prover itself.

    reason    why this backend was chosen
    timings   seconds that loading took, by stage
    """

    def __init__(
        self, backend: Backend, key: VerifyingKey, reason: str, timings: Mapping[str, float]
    ) -> None:
        self.key = key
        self.reason = reason
        self.timings = timings
        self._backend = backend

    @classmethod
    def load(
        cls, artifacts: Artifacts, backend: str = "auto", progress: Progress | None = None
    ) -> Prover:
        """Loads the proving key of a circuit.

        backend   "auto", "rapidsnark", "native" or "snarkjs"
        raises    InputError for any other; ToolError if what it takes is not installed
        """
        name, reason = choose_backend(backend)
        stages = Stages(progress)
        with stages.stage("load key"):
            loaded = _load_backend(name, artifacts)
        return cls(loaded, artifacts.verifying_key, reason, stages.timings)

    @property
    def backend(self) -> str:
        """Name of the backend in use."""
        return self._backend.name

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends what the backend keeps running; another proof would start it again."""
        if isinstance(self._backend, SnarkjsBackend):
            self._backend.close()

    def prove(self, inputs: Inputs, progress: Progress | None = None) -> ProvingResult:
        """Proves the circuit's statement for these inputs, and verifies the proof.

        raises   InputError if the inputs do not fit the circuit; ProvingError if they break a
                 constraint or the proof does not verify; ToolError if an external prover fails
        """
        stages = Stages(progress)
        with stages.stage("witness"):
            witness = self._backend.witness(inputs)
        public_signals = tuple(witness[1 : self.key.public_signals + 1])
        with stages.stage("proof"):
            proof = self._backend.proof(witness)
        with stages.stage("verify"):
            valid = verify(self.key, proof, public_signals)
        if not valid:
            raise ProvingError(f"the proof that {self.backend} made does not verify")
        return ProvingResult(proof, public_signals, stages.timings, self.backend)


def choose_backend(wanted: str = "auto") -> tuple[str, str]:
    """The backend to use and the reason.

    raises   InputError if there is none of that name; ToolError if what it takes is not installed
    """
    if wanted not in BACKENDS:
        raise InputError("backend", wanted, f"must be one of {', '.join(BACKENDS)}")
    if wanted == "auto":
        return _fastest()
    if wanted == "native" and (missing := _missing_packages()):
        raise ToolError(missing, None, f"not installed: {', '.join(missing)}; {_INSTALL}")
    if wanted == "rapidsnark":
        rapidsnark()
    return wanted, f"asked for; {_halves()}" if wanted == "native" else "asked for"


def witness(wasm: Path, inputs: Inputs) -> list[int]:
    """The wires of a circuit, by wasmtime if it is installed, else by snarkjs.

    raises   InputError if the inputs do not fit; ProvingError, in circom's own words, if they break
             a constraint; ArtifactError or ToolError if `wasm` is no witness program
    """
    if not _is_installed("wasmtime"):
        return snarkjs_witness(wasm, inputs)
    from zkmargin.proving.circom_program import run_program

    return run_program(wasm, inputs)


def verify(key: VerifyingKey, proof: Proof, public_signals: Sequence[int]) -> bool:
    """True if the proof is valid: groth16py's verdict if it is installed, else the reference's.

    raises   ArtifactError if the number of signals is not the key's
    """
    if not has_native_verifier():
        return verify_reference(key, proof, public_signals)
    from zkmargin.proving.native_backend import verify_native

    return verify_native(key, proof, public_signals)


def _fastest() -> tuple[str, str]:
    if program := find_rapidsnark():
        return "rapidsnark", f"{program} is installed, and the fastest"
    if missing := _missing_packages():
        return "snarkjs", f"not installed: {', '.join(missing)}; {_INSTALL} for faster proofs"
    return "native", f"{' and '.join(_NATIVE_PACKAGES)} are installed; {_halves()}"


def _halves() -> str:
    cores = available_cores()
    if cores > 1:
        return f"{cores} cores, so both halves of a proof are made at once"
    return "1 core, so a proof is made in one piece"


def _missing_packages() -> list[str]:
    return [name for name in _NATIVE_PACKAGES if not _is_installed(name)]


def _load_backend(name: str, artifacts: Artifacts) -> Backend:
    if name == "snarkjs":
        return SnarkjsBackend(artifacts.wasm, artifacts.zkey)
    if name == "rapidsnark":
        return RapidsnarkBackend(rapidsnark(), artifacts.wasm, artifacts.zkey, witness)
    from zkmargin.proving.native_backend import NativeBackend

    return NativeBackend(artifacts.wasm, artifacts.zkey, artifacts.manifest.wires)


def has_native_verifier() -> bool:
    """Whether groth16py is installed, whatever backend makes the proofs."""
    return _is_installed("groth16py")


def _is_installed(package: str) -> bool:
    try:
        import_module(package)
    except ImportError:
        return False
    return True
