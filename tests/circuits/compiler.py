# SPDX-License-Identifier: Apache-2.0
"""Runs the pinned circom inside this process: npm's circom2 is WebAssembly, and wasmtime runs that.

Starting Node and compiling the compiler anew takes most of a second; the native code kept under
build/test-circuits starts in milliseconds, which is what makes thousands of small circuits cheap.
The circuits that are proven are compiled by `zkmargin.proving.toolchain`, with the same program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import wasmtime

from zkmargin.files import write_atomic
from zkmargin.proving import toolchain

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / "build" / "test-circuits"


def circom(directory: Path, arguments: Sequence[str]) -> tuple[int, str]:
    """Runs circom in a directory, the only one it sees; its exit code and all that it printed."""
    printed = [directory / name for name in ("stdout.log", "stderr.log")]
    store, wasi = wasmtime.Store(_engine()), wasmtime.WasiConfig()
    wasi.argv = ["circom", *arguments]
    wasi.preopen_dir(str(directory), ".")
    wasi.stdout_file, wasi.stderr_file = map(str, printed)
    store.set_wasi(wasi)
    code = _start(store)
    text = "".join(path.read_text("utf-8") for path in printed)
    for path in printed:
        path.unlink()
    return code, text


def _start(store: wasmtime.Store) -> int:
    start = _linker().instantiate(store, load_compiler()).exports(store)["_start"]
    assert isinstance(start, wasmtime.Func)
    try:
        start(store)
    except wasmtime.ExitTrap as end:
        return int(end.code)
    return 0


@lru_cache(maxsize=1)
def _engine() -> wasmtime.Engine:
    return wasmtime.Engine()


@lru_cache(maxsize=1)
def _linker() -> wasmtime.Linker:
    linker = wasmtime.Linker(_engine())
    linker.define_wasi()
    return linker


@lru_cache(maxsize=1)
def load_compiler() -> wasmtime.Module:
    """circom as native code; kept in memory, and on disk as long as it is the same."""
    program = toolchain.node_tools() / "node_modules" / "circom2" / "circom.wasm"
    key = hashlib.sha256(program.read_bytes() + version("wasmtime").encode()).hexdigest()
    native = CACHE / f"circom-{key[:16]}.cwasm"
    if not native.exists():
        module = wasmtime.Module.from_file(_engine(), str(program))
        native.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(native, bytes(module.serialize()))
    return wasmtime.Module.deserialize_file(_engine(), str(native))
