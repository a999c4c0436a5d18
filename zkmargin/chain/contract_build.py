# SPDX-License-Identifier: Apache-2.0
"""Contracts compiled by the pinned solc, kept under the hash of everything that went in.

The settings are those of verifier/foundry.toml, so that what is tested is what is deployed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth_hash.auto import keccak

from zkmargin.chain.contract_source import OWN, RENDERED, own_sources, with_imports
from zkmargin.errors import ArtifactError, ToolError
from zkmargin.files import exclusive, read_json, write_atomic
from zkmargin.progress import Progress, Stages
from zkmargin.proving.artifacts import artifact_home
from zkmargin.proving.toolchain import contract_tools, contracts_dir, run_script

Abi = list[dict[str, Any]]

SETTINGS: Final[Mapping[str, Any]] = {
    "evmVersion": "cancun",
    "optimizer": {"enabled": True, "runs": 200},
    "metadata": {"bytecodeHash": "none", "appendCBOR": True},
    "outputSelection": {
        "*": {"*": ["abi", "userdoc", "evm.bytecode.object", "evm.bytecode.linkReferences"]}
    },
}

_ADDRESS_DIGITS: Final = 40


@dataclass(frozen=True)
class Contract:
    """One compiled contract.

    bytecode   creation code in hexadecimal, without 0x, with gaps where libraries are linked
    links      for each library's name the places of its address in the bytecode [bytes]
    notices    what its interface says of each error, by the error's signature
    """

    name: str
    abi: Abi
    bytecode: str
    links: Mapping[str, tuple[int, ...]]
    notices: Mapping[str, str]

    def linked(self, libraries: Mapping[str, str]) -> str:
        """Creation code, 0x.., with the addresses of its libraries.

        raises   ArtifactError if the address of one is not given
        """
        code = self.bytecode
        for library, places in self.links.items():
            if library not in libraries:
                raise ArtifactError(self.name, "no address", f"needs the library {library}")
            address = libraries[library].removeprefix("0x").lower()
            for place in places:
                code = code[: 2 * place] + address + code[2 * place + _ADDRESS_DIGITS :]
        return f"0x{code}"

    @property
    def constructor_inputs(self) -> Abi:
        """The parameters of the constructor, as the ABI has them."""
        for entry in self.abi:
            if entry["type"] == "constructor":
                return list(entry["inputs"])
        return []

    def returned(self, view: str) -> list[str]:
        """The fields of the struct that a view returns, in order."""
        (entry,) = (e for e in self.abi if e["type"] == "function" and e["name"] == view)
        return [str(component["name"]) for component in entry["outputs"][0]["components"]]

    @property
    def digest(self) -> str:
        """Keccak of the creation code before linking: what a deployment file remembers."""
        return "0x" + bytes(keccak(self.bytecode.encode())).hex()


@dataclass(frozen=True)
class Contracts:
    """Everything that one build made; an interface has an ABI and no code."""

    by_name: Mapping[str, Contract]

    def __getitem__(self, name: str) -> Contract:
        """A contract; raises ArtifactError if the build has none of that name."""
        if name not in self.by_name:
            raise ArtifactError("contract", name, f"must be one of {', '.join(self.by_name)}")
        return self.by_name[name]

    @property
    def entries(self) -> Abi:
        """The ABI entries of all contracts: every error and event that a receipt can hold."""
        return [entry for contract in self.by_name.values() for entry in contract.abi]

    @property
    def notices(self) -> dict[str, str]:
        """What the interfaces say of all errors, by signature."""
        return {k: v for contract in self.by_name.values() for k, v in contract.notices.items()}

    def with_others(self, others: Contracts) -> Contracts:
        """Both builds together; where both have a name, this one's."""
        return Contracts({**others.by_name, **self.by_name})


def build_contracts(progress: Progress | None = None) -> Contracts:
    """The project's contracts, compiled if these very sources were not compiled before.

    raises   ToolError with the compiler's words; ArtifactError if an import is nowhere
    """
    return _build(own_sources(contracts_dir()), "compile contracts", progress)


def build_rendered(rendered: Mapping[str, str], progress: Progress | None = None) -> Contracts:
    """Contracts whose sources were made from verifying keys, by file name; raises as above."""
    sources = {f"{RENDERED}/{name}": text for name, text in rendered.items()}
    return _build(sources, "compile verifiers", progress)


def _build(sources: Mapping[str, str], stage: str, progress: Progress | None) -> Contracts:
    tools = contract_tools(progress)
    libraries = tools / "node_modules"
    everything = with_imports(sources, contracts_dir(), libraries)
    document = json.dumps(
        {
            "language": "Solidity",
            "sources": {name: {"content": text} for name, text in everything.items()},
            "settings": SETTINGS,
        },
        sort_keys=True,
    )
    compiler = json.loads((libraries / "solc" / "package.json").read_bytes())["version"]
    digest = hashlib.sha256(f"solc {compiler}\n{document}".encode()).hexdigest()
    kept = artifact_home() / "contracts" / f"{digest[:32]}.json"
    with exclusive(kept.parent / ".lock"):
        if not kept.is_file():
            with Stages(progress).stage(stage):
                write_atomic(kept, _compile(document, tools))
    return _read(kept)


def _compile(document: str, tools: Path) -> str:
    """The contracts of the project, and the libraries that have code, in one JSON object."""
    output = json.loads(run_script("compile_contracts.mjs", [], document.encode(), tools))
    problems = [e for e in output.get("errors", []) if e["severity"] == "error"]
    if problems:
        words = "\n".join(problem["formattedMessage"] for problem in problems)
        raise ToolError(["solc"], 1, words)
    made: dict[str, Any] = {}
    for unit, contracts in output["contracts"].items():
        for name, contract in contracts.items():
            if unit.split("/")[0] in (OWN, RENDERED) or contract["evm"]["bytecode"]["object"]:
                made.setdefault(name, _entry(contract))
    return json.dumps(made, sort_keys=True)


def _entry(contract: Mapping[str, Any]) -> dict[str, Any]:
    bytecode = contract["evm"]["bytecode"]
    links: dict[str, list[int]] = {}
    for libraries in bytecode["linkReferences"].values():
        for library, places in libraries.items():
            links.setdefault(library, []).extend(place["start"] for place in places)
    notices = {
        signature: " ".join(note.get("notice", "") for note in notes)
        for signature, notes in contract.get("userdoc", {}).get("errors", {}).items()
    }
    made = {"abi": contract["abi"], "bytecode": bytecode["object"]}
    return {**made, "links": links, "notices": notices}


def _read(path: Path) -> Contracts:
    return Contracts(
        {
            name: Contract(
                name,
                entry["abi"],
                entry["bytecode"],
                {library: tuple(places) for library, places in entry["links"].items()},
                entry["notices"],
            )
            for name, entry in read_json(path).items()
        }
    )
