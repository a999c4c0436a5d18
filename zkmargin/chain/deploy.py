# SPDX-License-Identifier: Apache-2.0
"""A whole system on a chain, in the order in which its parts need each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from eth_hash.auto import keccak

from zkmargin.chain.connection import Connection
from zkmargin.chain.contract_build import Contracts, build_contracts, build_rendered
from zkmargin.chain.contract_words import ContractWords
from zkmargin.chain.deployer import Deployer
from zkmargin.chain.deployment import CircuitKey, Deployment, load_deployment
from zkmargin.chain.deployment_config import ZERO_ADDRESS, DeploymentConfig, struct_values
from zkmargin.chain.key import Key
from zkmargin.chain.liquidation_contracts import (
    LIQUIDATION_CIRCUITS,
    check_manager,
    deploy_funds,
    deploy_house,
)
from zkmargin.errors import DeploymentError
from zkmargin.presets import PRESETS
from zkmargin.progress import Progress
from zkmargin.proving.artifacts import Artifacts
from zkmargin.proving.manifest import DEVELOPMENT
from zkmargin.proving.solidity_verifier import verifier_source
from zkmargin.statement_proof import circuit_artifacts, key_digest

CIRCUITS: Final = ("margin", "shortfall")
QUOTE: Final = "QuoteToken"

_BASE: Final = "../src/Groth16Verifier.sol"


def system_contracts(
    circuits: Mapping[str, Artifacts], progress: Progress | None = None
) -> Contracts:
    """The contracts of a system, with verifiers of these circuits' keys."""
    rendered = {
        f"{verifier_name(circuit)}.sol": verifier_source(
            artifacts.verifying_key, verifier_name(circuit), _BASE
        )
        for circuit, artifacts in circuits.items()
    }
    return build_contracts(progress).with_others(build_rendered(rendered, progress))


def verifier_name(circuit: str) -> str:
    """Name of a circuit's verifier contract."""
    return f"{circuit.capitalize()}Verifier"


def deploy(
    config: DeploymentConfig,
    url: str,
    key: Key,
    path: Path,
    *,
    allow_development: bool = False,
    timeout: float = 120.0,
    progress: Progress | None = None,
) -> Deployer:
    """Deploys everything, or what a deployment file says is still missing.

    key                 pays; needs the governance role for the last step
    path                the deployment file, made or continued
    allow_development   deploy a development key on a chain that is not local
    raises              DeploymentError if that is not allowed, or the file is of another chain, key
                        or source; Reverted, ChainError, ToolError; ArtifactError if a circuit is
                        not set up
    """
    preset = PRESETS[config.preset]
    circuits = {name: circuit_artifacts(name, preset) for name in circuits_of(config)}
    check_manager(config, key.address)
    contracts = system_contracts(circuits, progress)
    connection = Connection(url, ContractWords(contracts), timeout=timeout)
    keys = {name: _circuit_key(config.preset, made) for name, made in circuits.items()}
    check_keys(connection, keys, allow_development)
    deployment = _begun(path, connection, keys)
    deployer = Deployer(connection, contracts, key, path, deployment, progress)
    _send(deployer, contracts, config, connection)
    return deployer


def circuits_of(config: DeploymentConfig) -> tuple[str, ...]:
    """The circuits whose verifiers a configuration needs."""
    return CIRCUITS if config.liquidation is None else (*CIRCUITS, *LIQUIDATION_CIRCUITS)


def chain_id_of(url: str, timeout: float) -> int:
    """The chain id that a node says; raises ChainError if it cannot be reached."""
    return Connection(url, ContractWords(Contracts({})), timeout=timeout).chain_id


def check_keys(
    connection: Connection, keys: Mapping[str, CircuitKey], allow_development: bool
) -> None:
    """Raises DeploymentError if a key that one machine knew would judge a chain of value."""
    for circuit, key in keys.items():
        if key.status == DEVELOPMENT and not (connection.is_local or allow_development):
            rule = (
                f"must not be deployed on chain {connection.chain_id}: whoever made it can forge "
                "proofs; see docs/ceremony.md, or --allow-development-key"
            )
            raise DeploymentError(f"{circuit} key", DEVELOPMENT, rule)


def _begun(path: Path, connection: Connection, keys: Mapping[str, CircuitKey]) -> Deployment:
    if not path.exists():
        return Deployment(connection.chain_id, connection.block, keys)
    deployment = load_deployment(path)
    if dict(deployment.circuits) != dict(keys):
        rule = "was begun with other keys: begin another deployment file"
        raise DeploymentError(str(path), "circuits", rule)
    return deployment


def _send(
    deployer: Deployer, contracts: Contracts, config: DeploymentConfig, connection: Connection
) -> None:
    verifiers = [deployer.contract(verifier_name(circuit)) for circuit in CIRCUITS]
    quote = _quote(deployer, config, connection)
    oracle = _oracle(deployer, contracts, config)
    insurance = deploy_funds(deployer, config, quote) or config.roles["insurance"]
    governance, settlement = config.roles["governance"], config.roles["settlement"]
    delay = config.sections["registry"].get("roleDelay", 0)
    authority = deployer.contract("SettlementAuthority", governance, settlement, delay)
    wiring = {
        "quote": quote,
        "oracle": oracle,
        "margin": verifiers[0],
        "shortfall": verifiers[1],
        "sequencerFeed": config.sequencer_feed,
        "insurance": insurance,
        "governance": governance,
        "guardian": config.roles["guardian"],
        "authority": authority,
        "auction": ZERO_ADDRESS,
    }
    inputs = contracts["MarginRegistry"].constructor_inputs
    numbers = struct_values("registry", inputs[1], config.sections["registry"])
    ordered = [wiring[component["name"]] for component in inputs[0]["components"]]
    deployer.contract("MarginRegistry", ordered, numbers)
    # Contradictions are reported by the alarm that the registry deployed.
    alarm = deployer.bind("MarginRegistry").functions.alarm().call()
    _grant(deployer, "REPORTER_ROLE", alarm)
    _grant(deployer, "GUARDIAN_ROLE", config.roles["guardian"])
    deploy_house(deployer, contracts, config)


def _oracle(deployer: Deployer, contracts: Contracts, config: DeploymentConfig) -> str:
    inputs = {entry["name"]: entry for entry in contracts["MarketOracle"].constructor_inputs}
    return deployer.contract(
        "MarketOracle",
        struct_values("feed", inputs["feed"], config.sections["feed"]),
        struct_values("variance", inputs["variance"], config.sections["variance"]),
        config.roles["governance"],
        list(config.signers),
        config.quorum,
        [[variance, params.digest] for variance, params in config.ladder],
    )


def _grant(deployer: Deployer, role: str, holder: str) -> None:
    """Gives a role of the oracle; the sender must be its governor."""
    oracle = deployer.bind("MarketOracle")

    def grant() -> Any:
        return oracle.functions.grantRole(keccak(role.encode()), holder)

    deployer.step(f"grant {role}", grant)


def _quote(deployer: Deployer, config: DeploymentConfig, connection: Connection) -> str:
    """The quote token: the given one, or on a local chain a worthless one."""
    if config.quote is None:
        if not connection.is_local:
            rule = f"must be the address of a token on chain {connection.chain_id}"
            raise DeploymentError("quote", "deploy", rule)
        return deployer.contract("LocalQuote")
    deployer.record(QUOTE, config.quote, "LocalQuote")
    return config.quote


def _circuit_key(preset: str, artifacts: Artifacts) -> CircuitKey:
    return CircuitKey(preset, artifacts.manifest.status, key_digest(artifacts.verifying_key))
