# SPDX-License-Identifier: Apache-2.0
"""Slither over every contract of verifier/src, compiled by the pinned compiler; nothing is downloaded."""

from __future__ import annotations

import inspect
import posixpath
import re
from pathlib import Path
from typing import Any

from crytic_compile import CryticCompile
from crytic_compile.platform.solc_standard_json import SolcStandardJson
from slither import Slither
from slither.detectors import all_detectors
from slither.detectors.abstract_detector import AbstractDetector

VERIFIER = Path(__file__).resolve().parents[2] / "verifier"
IMPORT = re.compile(r'^import [^;]*"([^"]+)";', re.MULTILINE)
REMAPPINGS = {
    "@openzeppelin/contracts/": "node_modules/@openzeppelin/contracts/",
    "poseidon-solidity/": "node_modules/poseidon-solidity/",
}


def findings() -> list[tuple[str, str]]:
    """Detector and place (contract.function, or file) of every finding in our own contracts."""
    slither = Slither(_compiled())
    for _, detector in inspect.getmembers(all_detectors, _is_detector):
        slither.register_detector(detector)
    results = [result for group in slither.run_detectors() for result in group]
    return sorted({(result["check"], _place(result)) for result in results if _is_ours(result)})


def _compiled() -> CryticCompile:
    sources: dict[str, str] = {}
    for path in sorted((VERIFIER / "src").rglob("*.sol")):
        _collect(str(path.relative_to(VERIFIER)), sources)
    task = {
        "language": "Solidity",
        "sources": {name: {"content": content} for name, content in sources.items()},
        "settings": {
            "remappings": [f"{prefix}={target}" for prefix, target in REMAPPINGS.items()],
            "evmVersion": "cancun",
            "optimizer": {"enabled": False},
            "outputSelection": {
                "*": {"*": [*"abi devdoc userdoc evm.bytecode evm.deployedBytecode".split()], "": ["ast"]}
            },
        },
    }
    where = str(VERIFIER)
    return CryticCompile(SolcStandardJson(task), solc=f"{where}/solc", solc_working_dir=where)


def _collect(name: str, sources: dict[str, str]) -> None:
    """The file and all that it imports, by path below verifier/: solcjs reads no files."""
    if name in sources:
        return
    sources[name] = (VERIFIER / name).read_text()
    for target in IMPORT.findall(sources[name]):
        if target.startswith("."):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        for prefix, place in REMAPPINGS.items():
            target = target.replace(prefix, place, 1) if target.startswith(prefix) else target
        _collect(target, sources)


def _is_detector(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, AbstractDetector)


def _is_ours(result: dict[str, Any]) -> bool:
    elements = result["elements"]
    file = elements[0]["source_mapping"]["filename_relative"] if elements else ""
    return "node_modules" not in file


def _place(result: dict[str, Any]) -> str:
    element = result["elements"][0]
    names = [element["name"]]
    parent = element.get("type_specific_fields", {}).get("parent")
    while parent:
        names.append(parent["name"])
        parent = parent.get("type_specific_fields", {}).get("parent")
    kinds = ("function", "contract", "variable")
    if element["type"] == "node" and len(names) > 1:
        names = names[1:]
    return ".".join(n for n in reversed(names) if not n.endswith(".sol")) if kinds else ""
