# SPDX-License-Identifier: Apache-2.0
"""An EVM in this process with contracts that forge built: deploy, call, and move its clock."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyrevm
from eth_abi import decode, encode
from eth_hash.auto import keccak

CHAIN_ID = 1
SENDER = f"0x{1:040x}"
_OUTPUT = re.compile(r"output: 0x([0-9a-f]*)")


class Reverted(Exception):  # noqa: N818 - what a contract does
    """A call that a contract refused; keeps the name of its error, or "" if it has none here."""

    def __init__(self, error: str, reason: str) -> None:
        self.error = error
        super().__init__(error or reason)


class Evm:
    """One chain; time stands still until it is set."""

    def __init__(self) -> None:
        self._evm = pyrevm.EVM(gas_limit=2**63)

    @property
    def time(self) -> int:
        """The block's time [s]."""
        return int(self._evm.env.block.timestamp)

    def warp(self, timestamp: int) -> None:
        """Sets the block's time [s]."""
        self._evm.set_block_env(pyrevm.BlockEnv(timestamp=timestamp, gas_limit=2**63))

    def deploy(self, creation_code: bytes) -> str:
        """The address of a new contract."""
        return str(self._evm.deploy(SENDER, creation_code))

    def send(self, address: str, data: bytes, sender: str = SENDER) -> bytes:
        """A call that may change the state; raises RuntimeError with revm's words."""
        return bytes(self._evm.message_call(sender, address, calldata=data))


class Contract:
    """A contract by its ABI, as forge writes it."""

    def __init__(self, evm: Evm, address: str, abi: Sequence[Mapping[str, Any]]) -> None:
        self.evm, self.address = evm, address
        named = [entry for entry in abi if "name" in entry]
        self._functions = {e["name"]: e for e in named if e["type"] == "function"}
        self._errors = {selector(e): e["name"] for e in named if e["type"] == "error"}

    def call(self, function: str, *arguments: object, sender: str = SENDER) -> Any:
        """What a function returns: one value, a tuple of more, or None; raises Reverted."""
        entry = self._functions[function]
        data = selector(entry) + encode(types(entry["inputs"]), list(arguments))
        returned = decode(types(entry["outputs"]), self.call_raw(data, sender))
        return returned[0] if len(returned) == 1 else returned or None

    def call_raw(self, data: bytes, sender: str = SENDER) -> bytes:
        """The bytes that a call returns; raises Reverted."""
        try:
            return self.evm.send(self.address, data, sender)
        except RuntimeError as error:
            found = _OUTPUT.search(str(error))
            output = bytes.fromhex(found.group(1)) if found else b""
            raise Reverted(self._errors.get(output[:4], ""), str(error)) from error


class Build:
    """forge's artifacts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deploy(
        self,
        evm: Evm,
        name: str,
        *arguments: object,
        libraries: Mapping[str, str] | None = None,
    ) -> Contract:
        """A new contract; `libraries` has the addresses of those that it links to."""
        artifact = json.loads((self._folder / f"{name}.sol" / f"{name}.json").read_text())
        code = artifact["bytecode"]["object"].removeprefix("0x")
        for linked in artifact["bytecode"]["linkReferences"].values():
            for library, places in linked.items():
                address = (libraries or {})[library].removeprefix("0x").lower()
                for place in places:
                    at = 2 * place["start"]
                    code = code[:at] + address + code[at + 40 :]
        inputs = [e["inputs"] for e in artifact["abi"] if e["type"] == "constructor"]
        encoded = encode(types(inputs[0]), list(arguments)) if inputs else b""
        address = evm.deploy(bytes.fromhex(code) + encoded)
        return Contract(evm, address, artifact["abi"])


def selector(entry: Mapping[str, Any]) -> bytes:
    """The first four bytes of the keccak of a function's or error's signature."""
    return bytes(keccak(f"{entry['name']}({','.join(types(entry['inputs']))})".encode())[:4])


def types(parameters: Sequence[Mapping[str, Any]]) -> list[str]:
    """ABI types, tuples spelt out."""
    return [_type(parameter) for parameter in parameters]


def _type(parameter: Mapping[str, Any]) -> str:
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(types(parameter['components']))})" + kind.removeprefix("tuple")
