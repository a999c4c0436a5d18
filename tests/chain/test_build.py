# SPDX-License-Identifier: Apache-2.0
"""What is compiled, how, and how its refusals read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from chain.world import ROOT
from eth_abi.abi import encode

from zkmargin.chain import contract_build
from zkmargin.chain.contract_build import SETTINGS, Contracts, build_contracts, build_rendered
from zkmargin.chain.contract_source import own_sources, with_imports
from zkmargin.chain.contract_words import ContractWords
from zkmargin.errors import ArtifactError, ToolError
from zkmargin.proving.toolchain import contracts_dir

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return build_contracts()


def test_contracts_are_compiled_as_they_are_tested() -> None:
    forge = tomllib.loads((ROOT / "verifier" / "foundry.toml").read_text())["profile"]["default"]

    assert SETTINGS["evmVersion"] == forge["evm_version"]
    assert SETTINGS["optimizer"] == {"enabled": forge["optimizer"], "runs": forge["optimizer_runs"]}
    assert SETTINGS["metadata"]["bytecodeHash"] == forge["bytecode_hash"]
    assert "via_ir" not in forge


def test_the_same_sources_are_compiled_once(
    contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[str] = []
    again = build_contracts(lambda stage, _: stages.append(stage))

    assert stages == []
    assert again == contracts


def test_other_sources_are_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKMARGIN_HOME", str(tmp_path))
    stages: list[str] = []
    source = "pragma solidity 0.8.30; contract Empty {}"
    for text in (source, source, source + " "):
        build_rendered({"Empty.sol": text}, lambda stage, seconds: stages.append(f"{seconds}"))

    assert stages.count("None") == 2


def test_a_source_that_does_not_compile_is_refused_in_the_compilers_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZKMARGIN_HOME", str(tmp_path))

    with pytest.raises(ToolError, match="Expected ';' but got '}'"):
        build_rendered({"Wrong.sol": "pragma solidity 0.8.30; contract Wrong { uint256 x }"})


def test_an_import_that_is_nowhere_is_named() -> None:
    sources = {"rendered/A.sol": '// import "not this";\nimport {B} from "@none/B.sol";'}

    with pytest.raises(ArtifactError, match=r"rendered/A.sol: got '@none/B.sol', is imported"):
        with_imports(sources, contracts_dir(), ROOT / "node_modules")


def test_an_import_cannot_leave_the_directories_of_sources() -> None:
    sources = {"rendered/A.sol": 'import "@x/../../package.json";'}

    with pytest.raises(ArtifactError, match="is in no package"):
        with_imports(sources, contracts_dir(), ROOT / "node_modules")


def test_every_source_of_the_project_is_part_of_the_build() -> None:
    names = set(own_sources(contracts_dir()))

    assert {"src/MarketOracle.sol", "src/MarginRegistry.sol", "src/Groth16Verifier.sol"} <= names


def test_a_library_that_is_not_deployed_cannot_be_linked(contracts: Contracts) -> None:
    with pytest.raises(ArtifactError, match="needs the library PoseidonT6"):
        contracts["MarketOracle"].linked({})


def test_a_contract_that_was_not_built_is_named(contracts: Contracts) -> None:
    with pytest.raises(ArtifactError, match="contract: got 'Nothing', must be one of"):
        contracts["Nothing"]


def test_a_refusal_has_name_arguments_and_meaning(contracts: Contracts) -> None:
    words = ContractWords(contracts)
    data = contract_build.keccak(b"QuorumNotReached(uint256,uint256)")[:4]
    refusal = words.reverted("publish", data + encode(["uint256", "uint256"], [1, 2]))

    assert refusal.name == "QuorumNotReached"
    assert refusal.arguments == {"given": "1", "quorum": "2"}
    assert "fewer signatures than the quorum are given" in str(refusal)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "no reason given"), (b"\1\2\3\4", "error 0x01020304"), (b"\1", "error 0x01")],
)
def test_a_refusal_that_is_not_known_is_shown_as_it_is(
    contracts: Contracts, data: bytes, said: str
) -> None:
    assert ContractWords(contracts).reverted("prove", data).name == said


def test_every_error_of_an_interface_says_when_it_is_thrown(contracts: Contracts) -> None:
    silent = [
        f"{name}.{entry['name']}"
        for name, contract in contracts.by_name.items()
        if name.startswith("I") and name[1].isupper() and not name.startswith(("IERC", "IAccess"))
        for entry in contract.abi
        if entry["type"] == "error" and not contract.notices
    ]

    assert silent == []
