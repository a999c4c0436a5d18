# SPDX-License-Identifier: Apache-2.0
"""The external programs: node, npm, the circom compiler, snarkjs, and the tools of the contracts.

Only the warm snarkjs worker is started elsewhere, by the file that talks to it.

circom and snarkjs are pinned by package.json and package-lock.json. In a checkout the node_modules
beside them is used; anywhere else `npm ci` runs once into the cache directory, ZKMARGIN_CACHE or
~/.cache/zkmargin. What only contracts need (solc, anvil, the libraries of the sources) is fetched
when a contract is first built, into a directory of its own.

A circom of the pinned version on PATH is preferred to the one from npm, which is the same compiler
as WebAssembly: slower, and blind to everything outside its working directory.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zkmargin.errors import ToolError
from zkmargin.files import exclusive, replacing_directory
from zkmargin.progress import Progress, Stages
from zkmargin.proving.circuit_source import CircuitSource

CIRCOM_VERSION: Final = "2.2.3"
CIRCOM_FLAGS: Final = ("--O2", "--r1cs", "--wasm", "--sym")

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_PINS: Final = ("package.json", "package-lock.json")


@dataclass(frozen=True, slots=True)
class CompiledCircuit:
    """What circom makes of one circuit: its constraints, witness program and signal names."""

    r1cs: Path
    wasm: Path
    sym: Path


def checkout() -> Path | None:
    """Root of the source checkout that this package runs from, None if it is installed."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "circuits").is_dir() else None


def circuits_dir() -> Path:
    """The directory of circuit sources, in a checkout or inside the installed package."""
    root = checkout()
    return root / "circuits" if root else _PACKAGE / "circuits"


def cache_dir() -> Path:
    """Where tools and compiled modules are kept between runs."""
    chosen = os.environ.get("ZKMARGIN_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "zkmargin"


def node() -> str:
    """Path of the node program; raises ToolError if it is not on PATH."""
    return _program("node", "install Node.js 18 or later, https://nodejs.org")


def contracts_dir() -> Path:
    """The directory of contract sources, in a checkout or inside the installed package."""
    root = checkout()
    return root / "verifier" / "src" if root else _PACKAGE / "verifier" / "src"


def node_tools(progress: Progress | None = None) -> Path:
    """The directory whose node_modules holds compiler and prover, installed first if need be.

    raises   ToolError if node or npm is missing or the installation fails
    """
    return _tools("tools", ("dependencies",), progress)


def contract_tools(progress: Progress | None = None) -> Path:
    """The directory whose node_modules holds solc, anvil and the libraries of the contracts too.

    raises   ToolError if node or npm is missing or the installation fails
    """
    return _tools("contract-tools", ("dependencies", "optionalDependencies"), progress)


def compile_circuit(
    main_source: Path,
    output_dir: Path,
    *,
    include: Path | None = None,
    progress: Progress | None = None,
) -> CompiledCircuit:
    """Compiles a circuit with --O2 and puts its three files into `output_dir`, all or none.

    include   directory for includes that are not beside the file naming them
    raises    ToolError with the compiler's own message; ArtifactError if main does not exist
    """
    source, stages = CircuitSource(main_source, include), Stages(progress)
    with tempfile.TemporaryDirectory(prefix="zkmargin-circom-") as name:
        build = Path(name)
        main, library = source.copy_to(build)
        (build / ".out").mkdir()
        command = [*_compiler(progress), *CIRCOM_FLAGS, "-l", str(library), "-o", ".out", str(main)]
        with stages.stage(f"compile {source.name}"):
            run(command, cwd=build)
        return _collect(build / ".out", source.name, output_dir)


def snarkjs(arguments: Sequence[str]) -> str:
    """Runs snarkjs and returns what it printed; raises ToolError if it fails."""
    script = node_tools() / "node_modules" / "snarkjs" / "build" / "cli.cjs"
    return _text(run([node(), str(script), *arguments]))


def run_script(
    name: str, arguments: Sequence[str], stdin: bytes, tools: Path | None = None
) -> bytes:
    """Runs a script of zkmargin/node with the tools' directory as its first argument.

    tools    node_tools() unless told
    returns  what it wrote to standard output; raises ToolError if it fails
    """
    command = [node(), str(_PACKAGE / "node" / name), str(tools or node_tools()), *arguments]
    return run(command, stdin=stdin)


def run(command: Sequence[str], *, cwd: Path | None = None, stdin: bytes = b"") -> bytes:
    """Runs a program to its end and returns its standard output.

    raises   ToolError with the exit code and all output if it cannot start or does not end with 0
    """
    try:
        done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False)
    except OSError as error:
        raise ToolError(command, None, str(error)) from error
    if done.returncode:
        raise ToolError(command, done.returncode, _text(done.stdout + done.stderr))
    return done.stdout


def _program(name: str, advice: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ToolError([name], None, f"{name} is not on PATH: {advice}")
    return path


def _compiler(progress: Progress | None) -> list[str]:
    """The command of circom at the pinned version, native if there is one."""
    native = shutil.which("circom")
    if native and _is_pinned(native):
        return [native]
    return [node(), str(node_tools(progress) / "node_modules" / "circom2" / "cli.js")]


def _is_pinned(circom: str) -> bool:
    try:
        return CIRCOM_VERSION in _text(run([circom, "--version"])).split()
    except ToolError:  # circom 0.x, a JavaScript program of the same name
        return False


def _collect(outputs: Path, name: str, output_dir: Path) -> CompiledCircuit:
    made = CompiledCircuit(
        outputs / f"{name}.r1cs", outputs / f"{name}_js" / f"{name}.wasm", outputs / f"{name}.sym"
    )
    missing = [p.name for p in (made.r1cs, made.wasm, made.sym) if not p.is_file()]
    if missing:
        raise ToolError(["circom"], 0, f"circom wrote no {', '.join(missing)}")
    output_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".circom-", dir=output_dir) as staging:
        staged = [Path(shutil.copy2(p, staging)) for p in (made.r1cs, made.wasm, made.sym)]
        return CompiledCircuit(*(p.replace(output_dir / p.name) for p in staged))


def _tools(name: str, groups: tuple[str, ...], progress: Progress | None) -> Path:
    """The checkout, or a directory of the cache, with the pinned packages of some groups."""
    root = checkout()
    pins = root or _PACKAGE / "node"
    if root and _has_pinned_tools(root, pins, groups):
        return root
    lock_hash = hashlib.sha256((pins / _PINS[1]).read_bytes()).hexdigest()
    directory = cache_dir() / f"{name}-{lock_hash[:16]}"
    if not _has_pinned_tools(directory, pins, groups):
        try:
            with exclusive(directory.with_suffix(".lock")):
                if not _has_pinned_tools(directory, pins, groups):
                    _install(pins, directory, groups, progress)
        except OSError as error:
            raise ToolError(["npm", "ci"], None, f"the cache is not writable: {error}") from error
    return directory


def _has_pinned_tools(directory: Path, pins: Path, groups: Sequence[str]) -> bool:
    document: dict[str, dict[str, str]] = json.loads((pins / _PINS[0]).read_bytes())
    wanted = {name: version for group in groups for name, version in document[group].items()}
    modules = directory / "node_modules"
    return all(_version(modules / name) == version for name, version in wanted.items())


def _version(module: Path) -> str | None:
    try:
        return str(json.loads((module / "package.json").read_bytes())["version"])
    except (OSError, ValueError, KeyError):
        return None


def _install(pins: Path, directory: Path, groups: Sequence[str], progress: Progress | None) -> None:
    npm = _program("npm", "it comes with Node.js, https://nodejs.org")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
    options += [] if "optionalDependencies" in groups else ["--omit=optional"]
    stages = Stages(progress)
    with stages.stage("install tools"), replacing_directory(directory) as new:
        for name in _PINS:
            shutil.copyfile(pins / name, new / name)
        run([npm, "ci", *options], cwd=new)
        if not _has_pinned_tools(new, pins, groups):
            raise ToolError([npm, "ci"], 0, f"other versions than {pins / _PINS[0]} were installed")


def _text(output: bytes) -> str:
    return _COLOUR.sub("", output.decode("utf-8", errors="replace"))
