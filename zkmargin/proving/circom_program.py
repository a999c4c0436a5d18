# SPDX-License-Identifier: Apache-2.0
"""Runs the witness program of a circuit, circom's WebAssembly, inside this process with wasmtime.

circom names an input by the 64-bit FNV-1a hash of its name and passes field elements through a
small buffer in the program's memory. The program runs when its last input is set. On a broken
constraint it describes the place, line by line, and calls `exceptionHandler` with a code.

Compiled programs are kept in memory and, as native code, in the cache directory.
"""

from __future__ import annotations

import hashlib
import os
import platform
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import wasmtime

from zkmargin.errors import ArtifactError, InputError, ProvingError
from zkmargin.field import ELEMENT_BYTES, MODULUS
from zkmargin.files import sha256, write_atomic
from zkmargin.proving.circuit_inputs import Inputs, input_lists
from zkmargin.proving.sections import element, element_bytes
from zkmargin.proving.toolchain import cache_dir
from zkmargin.proving.witness_file import Wires

_ONE_AT_A_TIME: Final = threading.Lock()
_CIRCOM_MAJOR: Final = 2
_DIGEST_BYTES: Final = 32
_CODES: Final = {
    1: "Signal not found",
    2: "Too many signals set",
    3: "Signal already set",
    4: "Assert Failed",
    5: "Not enough memory",
    6: "Input signal array access exceeds the size",
    7: "Out of bounds array access",
}

# getWitness(i) leaves wire i in the shared buffer; a call from Python for each wire would take ten
# times as long as the witness itself, so this loop gathers them in a memory of its own.
_GATHER: Final = """
(module
  (import "circom" "memory" (memory $circom 0))
  (import "circom" "getWitness" (func $get (param i32)))
  (memory $wires (export "wires") 0)
  (func (export "gather") (param $buffer i32) (param $count i32) (param $pages i32)
    (local $i i32)
    (drop (memory.grow $wires (local.get $pages)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
        (call $get (local.get $i))
        (memory.copy $wires $circom
          (i32.mul (local.get $i) (i32.const 32)) (local.get $buffer) (i32.const 32))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))))
"""


def run_program(wasm: Path, inputs: Inputs) -> list[int]:
    """The witness, every wire in [0, r), that the program at `wasm` computes from its inputs.

    inputs   one number, or a flat sequence, for each input signal; each in [0, r)
    raises   InputError if a name, a length or a value does not fit; ProvingError, in the program's
             own words, if the inputs break a constraint; ArtifactError if `wasm` is no such program
    """
    return list(program_wires(wasm, inputs))


def program_wires(wasm: Path, inputs: Inputs) -> Wires:
    """The same witness as the bytes that the program left, which are those of a .wtns file.

    raises   as run_program
    """
    lists = input_lists(inputs)
    with _ONE_AT_A_TIME:  # wasmtime keeps a callback's error where any thread picks it up
        return _Run(_compiled(wasm), wasm.name).witness(lists)


class _Complaints:
    """What the program says about a broken constraint.

    It must not refer to the store: wasmtime keeps callbacks alive, and with them all they refer to.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def take_line(self, caller: wasmtime.Caller) -> None:
        """Reads one line, character by character up to a zero, out of the program."""
        characters = iter(lambda: caller["getMessageChar"](caller), 0)
        self._lines.append("".join(map(chr, characters)).strip())

    def fail(self, code: int) -> None:
        """Ends the program; raises ProvingError with the lines taken so far."""
        reason = _CODES.get(code, f"error {code}")
        raise ProvingError("; ".join([f"no witness: {reason}", *self._lines]))


class _Run:
    """One instance of a program: good for one witness, since inputs can be set only once."""

    def __init__(self, module: wasmtime.Module, name: str) -> None:
        self._name = name
        self._store = wasmtime.Store(_engine())
        try:
            instance = _linker(_Complaints()).instantiate(self._store, module)
            self._exports = instance.exports(self._store)
            self._start()
        except (wasmtime.WasmtimeError, wasmtime.Trap, KeyError) as error:
            raise ArtifactError(name, str(error), "must be a circom 2 witness program") from error

    def witness(self, inputs: Mapping[str, Sequence[int]]) -> Wires:
        self._check_lengths(inputs)
        try:
            for name, values in inputs.items():
                for position, value in enumerate(values):
                    self._memory.write(self._store, element_bytes(value), self._buffer)
                    self._call("setInputSignal", *_hash(name), position)
            return self._gather()
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise ProvingError(f"{self._name} stopped: {error}") from error

    def _start(self) -> None:
        self._memory = self._exports["memory"]
        self._buffer = self._call("getSharedRWMemoryStart")
        self._call("getRawPrime")
        prime = element(self._memory.read(self._store, self._buffer, self._buffer + ELEMENT_BYTES))
        if self._call("getVersion") != _CIRCOM_MAJOR or prime != MODULUS:
            raise ArtifactError(self._name, f"prime {prime}", "must be circom 2 over BN254")
        self._call("init", 1)

    def _check_lengths(self, inputs: Mapping[str, Sequence[int]]) -> None:
        for name, values in inputs.items():
            size = self._call("getInputSignalSize", *_hash(name))
            if size != len(values):
                rule = f"the circuit takes {size}" if size > 0 else "the circuit has no such input"
                raise InputError(f"input {name}", f"{len(values)} values", rule)
        given, wanted = sum(map(len, inputs.values())), self._call("getInputSize")
        if given != wanted:
            names = ", ".join(inputs) or "none"
            raise InputError("inputs", names, f"{wanted - given} of {wanted} values are missing")

    def _gather(self) -> Wires:
        count: int = self._call("getWitnessSize")
        size = count * ELEMENT_BYTES
        imports = [self._memory, self._exports["getWitness"]]
        gatherer = wasmtime.Instance(self._store, _gather_module(), imports).exports(self._store)
        gatherer["gather"](self._store, self._buffer, count, -(-size // 65536))
        return Wires(gatherer["wires"].read(self._store, 0, size))

    def _call(self, name: str, *arguments: int) -> Any:
        return self._exports[name](self._store, *arguments)


def _linker(complaints: _Complaints) -> wasmtime.Linker:
    number, nothing = wasmtime.FuncType([wasmtime.ValType.i32()], []), wasmtime.FuncType([], [])
    linker = wasmtime.Linker(_engine())
    linker.define_func("runtime", "exceptionHandler", number, complaints.fail)
    linker.define_func(
        "runtime", "printErrorMessage", nothing, complaints.take_line, access_caller=True
    )
    for log in ("writeBufferMessage", "showSharedRWMemory"):  # log() in a circuit: nobody listens
        linker.define_func("runtime", log, nothing, lambda: None)
    return linker


def _hash(name: str) -> tuple[int, int]:
    """FNV-1a of a signal's name, as two 32-bit halves, high first."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value >> 32, value & 0xFFFFFFFF


@lru_cache(maxsize=1)
def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.wasm_multi_memory = True
    return wasmtime.Engine(config)


@lru_cache(maxsize=1)
def _gather_module() -> wasmtime.Module:
    return wasmtime.Module(_engine(), _GATHER)


def _compiled(wasm: Path) -> wasmtime.Module:
    if not wasm.is_file():
        raise ArtifactError(wasm.name, "nothing", "must be a readable file")
    return _compiled_once(wasm, sha256(wasm))


@lru_cache(maxsize=8)
def _compiled_once(wasm: Path, digest: str) -> wasmtime.Module:
    key = f"{digest} {version('wasmtime')} {platform.system()} {platform.machine()}"
    cached = cache_dir() / "modules" / f"{hashlib.sha256(key.encode()).hexdigest()}.cwasm"
    if native_code := _read_cached(cached):
        return wasmtime.Module.deserialize(_engine(), native_code)
    try:
        module = wasmtime.Module.from_file(_engine(), str(wasm))
    except wasmtime.WasmtimeError as error:
        raise ArtifactError(wasm.name, str(error), "must be WebAssembly") from error
    _write_cached(cached, bytes(module.serialize()))
    return module


def _read_cached(path: Path) -> bytes | None:
    # This is native code: it runs only if it is whole and nobody else can have written it.
    try:
        status = path.stat()
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            return None
        content = path.read_bytes()
    except OSError:
        return None
    digest, native_code = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return native_code if hashlib.sha256(native_code).digest() == digest else None


def _write_cached(path: Path, native_code: bytes) -> None:
    # A cache that cannot be written costs time, nothing else.
    try:
        write_atomic(path, hashlib.sha256(native_code).digest() + native_code)
        path.chmod(0o600)
    except OSError:
        return
