# SPDX-License-Identifier: Apache-2.0
"""Contracts, compiled once a run."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zkmargin.files import exclusive

if TYPE_CHECKING:
    from contracts.evm import Build

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ROOT / "verifier"
FORGE = ROOT / "node_modules" / ".bin" / "forge"


@pytest.fixture(scope="session")
def build() -> Build:
    """What forge built, up to date."""
    from contracts.evm import Build

    forge("build")
    return Build(ROOT / "build" / "contracts" / "out")


@pytest.fixture(scope="session")
def compile_verifier() -> Callable[[str], bytes]:
    """Creation code of the contract RenderedVerifier in a source beside Groth16Verifier.sol."""
    return cache(compile_source)


def forge(*arguments: str) -> str:
    """Runs forge in verifier/ and gives its output; fails the test with it if forge fails."""
    with exclusive(ROOT / "build" / "contracts" / ".lock"):  # one worker builds, the other waits
        done = subprocess.run(
            [FORGE, *arguments], cwd=VERIFIER, capture_output=True, text=True, check=False
        )
    if done.returncode:
        pytest.fail(f"forge {' '.join(arguments)}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def compile_source(source: str, name: str = "RenderedVerifier") -> bytes:
    """Creation code by the pinned compiler, with the settings of foundry.toml."""
    profile = tomllib.loads((VERIFIER / "foundry.toml").read_text())["profile"]["default"]
    files = ("Groth16Verifier.sol", "interfaces/IGroth16Verifier.sol")
    sources = {file: {"content": (VERIFIER / "src" / file).read_text()} for file in files}
    task = {
        "language": "Solidity",
        "sources": {**sources, "Rendered.sol": {"content": source}},
        "settings": {
            "evmVersion": profile["evm_version"],
            "optimizer": {"enabled": True, "runs": 200},
            "outputSelection": {"Rendered.sol": {name: ["evm.bytecode.object"]}},
        },
    }
    run = [VERIFIER / "solc", "--standard-json"]
    done = subprocess.run(run, input=json.dumps(task), capture_output=True, text=True, check=True)
    output: dict[str, Any] = json.loads(done.stdout)
    assert "contracts" in output, output["errors"]
    return bytes.fromhex(output["contracts"]["Rendered.sol"][name]["evm"]["bytecode"]["object"])
