# SPDX-License-Identifier: Apache-2.0
"""`doctor`: what is installed, in which version, and what to do about what is not."""

from __future__ import annotations

import json
import platform
import shutil
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from zkmargin.commands.terminal import answer_no, as_json, next_step, print_json, show
from zkmargin.errors import ToolError
from zkmargin.proving.prover import choose_backend
from zkmargin.proving.toolchain import cache_dir, checkout, run

_NODE = "install Node.js 18 or later, https://nodejs.org"
_NATIVE = "pip install 'zkmargin[native]', for proofs in half the time"
_CHAIN = "pip install 'zkmargin[chain,wallet]', to work with contracts"
_LATER = "nothing: installed into the cache when it is first needed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for; advice says what to do if it was not found."""

    name: str
    version: str | None
    purpose: str
    advice: str

    @property
    def words(self) -> str:
        """What was found, or what to do."""
        return self.version or f"not found: {self.advice}"


@click.command("doctor")
@as_json
def command(as_json: bool) -> None:
    """What is installed, and what to do about what is not.

    Exit code 0 if circuits can be set up and margins proven here, 1 if not.
    """
    findings = [_python(), *_node(), *_pinned_tools(), *_native()]
    ready = all(finding.version for finding in findings if finding.advice == _NODE)
    backend, reason = choose_backend()
    if as_json:
        tools = [asdict(finding) for finding in findings]
        print_json({"ready": ready, "backend": backend, "cache": str(cache_dir()), "tools": tools})
    else:
        _show(findings)
        show(f"backend {backend}: {reason}\ncache   {cache_dir()}")
    if not ready:
        next_step(f"{_NODE}, then run zkmargin doctor again")
        answer_no()
    next_step("zkmargin setup tiny")


def _python() -> Finding:
    return Finding("python", platform.python_version(), "runs zkmargin", "")


def _node() -> list[Finding]:
    """Programs that must be on PATH."""
    return [
        Finding("node", _answer("node"), "runs circom and snarkjs", _NODE),
        Finding("npm", _answer("npm"), "installs circom and snarkjs", _NODE),
    ]


def _pinned_tools() -> list[Finding]:
    """The tools of package.json, in the checkout or in the cache."""
    names = ("circom2", "snarkjs", "solc", "@foundry-rs/anvil")
    found = {name: _module_version(name) for name in names}
    return [
        Finding("circom2", found["circom2"], "compiles circuits", _LATER),
        Finding("snarkjs", found["snarkjs"], "reference prover", _LATER),
        Finding("solc", found["solc"], "compiles contracts", _LATER),
        Finding("anvil", found["@foundry-rs/anvil"], "local chain", _LATER),
    ]


def _native() -> list[Finding]:
    return [
        Finding("wasmtime", _package_version("wasmtime"), "witness in this process", _NATIVE),
        Finding("groth16py", _package_version("groth16py"), "proof in this process", _NATIVE),
        Finding("web3", _package_version("web3"), "chain and guard", _CHAIN),
    ]


def _answer(program: str) -> str | None:
    """What a program answers to --version, None if it is not on PATH or fails."""
    path = shutil.which(program)
    try:
        return run([path, "--version"]).decode().strip().removeprefix("v") if path else None
    except ToolError:
        return None


def _module_version(name: str) -> str | None:
    root = checkout()
    places = [*([root] if root else []), *sorted(cache_dir().glob("*tools-*"))]
    for place in places:
        manifest = place / "node_modules" / name / "package.json"
        if manifest.is_file():
            return str(json.loads(manifest.read_bytes())["version"])
    return None


def _package_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _show(findings: list[Finding]) -> None:
    from rich.table import Table

    table = Table()
    for column in ("tool", "version", "for"):
        table.add_column(column)
    for finding in findings:
        table.add_row(finding.name, finding.words, finding.purpose)
    show(table)
