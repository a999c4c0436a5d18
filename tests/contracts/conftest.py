# SPDX-License-Identifier: Apache-2.0
"""Contracts compiled once a run, and an EVM to put them in."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ROOT / "verifier"
FORGE = ROOT / "node_modules" / ".bin" / "forge"

Deploy = Callable[[str, str], "Contract"]


class Contract:
    """A contract in an EVM of its own; a call gives what it returns, or raises Reverted."""

    def __init__(self, creation_code: bytes) -> None:
        import pyrevm

        self._evm = pyrevm.EVM(gas_limit=2**63)
        self.sender = f"0x{1:040x}"
        self.address: str = self._evm.deploy(self.sender, creation_code)

    def call(self, data: bytes) -> bytes:
        try:
            return bytes(self._evm.message_call(self.sender, self.address, calldata=data))
        except RuntimeError as error:
            raise Reverted(str(error)) from error

    @property
    def chain_id(self) -> int:
        return 1


class Reverted(Exception):  # noqa: N818 - what a contract does
    """A call that the contract refused."""


@pytest.fixture(scope="session")
def built() -> Path:
    """Folder of forge's artifacts, up to date."""
    forge("build")
    return ROOT / "build" / "contracts" / "out"


@pytest.fixture(scope="session")
def compile_contract() -> Callable[[str, str], bytes]:
    """Creation code of the contract of a name in a source that imports ./Groth16Verifier.sol."""
    return cache(compile_source)


def forge(*arguments: str) -> str:
    """Runs forge in verifier/ and gives its output; fails the test with it if forge fails."""
    done = subprocess.run(
        [FORGE, *arguments], cwd=VERIFIER, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"forge {' '.join(arguments)}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def compile_source(name: str, source: str) -> bytes:
    """Creation code by the pinned compiler, with the settings of foundry.toml."""
    files = ("Groth16Verifier.sol", "interfaces/IGroth16Verifier.sol")
    sources = {file: {"content": (VERIFIER / "src" / file).read_text()} for file in files}
    task = {
        "language": "Solidity",
        "sources": {**sources, "Rendered.sol": {"content": source}},
        "settings": {
            "evmVersion": "cancun",
            "optimizer": {"enabled": True, "runs": 200},
            "outputSelection": {"Rendered.sol": {name: ["evm.bytecode.object"]}},
        },
    }
    run = [VERIFIER / "solc", "--standard-json"]
    done = subprocess.run(run, input=json.dumps(task), capture_output=True, text=True, check=True)
    output: dict[str, Any] = json.loads(done.stdout)
    assert "contracts" in output, output["errors"]
    return bytes.fromhex(output["contracts"]["Rendered.sol"][name]["evm"]["bytecode"]["object"])
