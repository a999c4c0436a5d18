# SPDX-License-Identifier: Apache-2.0
"""Compiles test circuits and keeps the results under build/test-circuits, named by content hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from circuits.compiler import CACHE, ROOT, circom
from circuits.constraint_system import ConstraintSystem
from zkmargin.errors import ToolError
from zkmargin.field import MODULUS
from zkmargin.files import exclusive, replacing_directory
from zkmargin.proving import toolchain
from zkmargin.proving.circom_program import run_program
from zkmargin.proving.circuit_source import CircuitSource

_WARNING: Final = re.compile(r"^warning\[(\w+)\]: (.*)$", re.MULTILINE)
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")

Inputs = Mapping[str, int | list[int]]
OVERLAY: dict[str, str] = {}  # sources that stand for those in the checkout: mutants
INSPECT: list[str] = ["--inspect"]  # what mutants do without


def read_sources(include: str) -> dict[str, str]:
    """A circuit file and all that it includes, by path below the root of the checkout."""
    return {path: OVERLAY.get(path, text) for path, text in _read_sources(include).items()}


@lru_cache(maxsize=256)
def _read_sources(include: str) -> dict[str, str]:
    files = CircuitSource(ROOT / include, ROOT).files
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files}


class Build:
    """One compilation: the constraint system and the witness program that belong together."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def signals(self) -> str:
        """The .sym file: every signal with its wire."""
        return (self.directory / "out" / "main.sym").read_text("ascii")

    @property
    def system(self) -> ConstraintSystem:
        """The constraints, with the names of their wires."""
        return _read_system(self.directory / "out" / "main.r1cs")

    @property
    def warnings(self) -> list[str]:
        """What `circom --inspect` finds suspicious, one line each, as "CA02: In template ..."."""
        log = (self.directory / "out" / "main.log").read_text("utf-8")
        return [f"{code}: {text}" for code, text in _WARNING.findall(log)]

    def run(self, inputs: Inputs) -> list[int]:
        """The witness from integers of either sign; raises ProvingError if a check fails."""
        wasm = self.directory / "out" / "main_js" / "main.wasm"
        return run_program(wasm, {name: _encoded(value) for name, value in inputs.items()})


def build(name: str, main: str, sources: Mapping[str, str], level: str) -> Build:
    """Compiles main, whose includes count from the sources' root, unless that has been done.

    level   --O0, --O1 or --O2
    """
    key = json.dumps([toolchain.CIRCOM_VERSION, "--inspect", level, main, sorted(sources.items())])
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    directory = CACHE / f"{name}-{digest}"
    if not directory.is_dir():
        with exclusive(CACHE / f".{digest[0]}.lock"):  # another worker may want the same circuit
            if not directory.is_dir():
                with replacing_directory(directory) as new:
                    _compile(new, main, sources, level)
    return Build(directory)


def _compile(directory: Path, main: str, sources: Mapping[str, str], level: str) -> None:
    for path, text in sources.items():
        copy = directory / "src" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, "utf-8")
    (directory / "main.circom").write_text(main, "utf-8")
    (directory / "out").mkdir()
    options = [level, *INSPECT, "--r1cs", "--wasm", "--sym", "-l", "src", "-o", "out"]
    command = ["main.circom", *options]
    code, printed = circom(directory, command)
    log = _COLOUR.sub("", printed)
    if code:
        raise ToolError(["circom", *command], code, log)
    (directory / "out" / "main.log").write_text(log, "utf-8")


@lru_cache(maxsize=64)
def _read_system(path: Path) -> ConstraintSystem:
    return ConstraintSystem.read(path, path.with_suffix(".sym"))


def _encoded(value: int | list[int]) -> int | list[int]:
    return [x % MODULUS for x in value] if isinstance(value, list) else value % MODULUS
