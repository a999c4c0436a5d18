# SPDX-License-Identifier: Apache-2.0
"""Deployments: interrupted and continued, on the wrong chain, with the wrong keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chain.world import PRESET, VENUE, World, config, sale_config

from zkmargin.chain.deploy import circuits_of, deploy
from zkmargin.chain.deployment import load_deployment
from zkmargin.chain.deployment_config import DeploymentConfig
from zkmargin.chain.local_node import LocalNode, local_node
from zkmargin.chain.system import System
from zkmargin.errors import DeploymentError
from zkmargin.proving.artifacts import build

pytestmark = pytest.mark.chain


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNode]:
    for circuit in circuits_of(sale_config()):
        build(PRESET, circuit=circuit)
    with local_node(tmp_path_factory.mktemp("node") / "anvil.log") as running:
        yield running


@pytest.fixture(scope="module")
def foreign_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNode]:
    """A chain that is not local by its id."""
    with local_node(tmp_path_factory.mktemp("foreign") / "anvil.log", chain_id=5) as running:
        yield running


def nonce(node: LocalNode, file: Path) -> int:
    """Transactions that the deploying account has sent."""
    connection = System.open(node.url, file).connection
    count = connection.web3.eth.get_transaction_count
    return int(count(VENUE.address))  # type: ignore[arg-type]


def kill_at(stage: str, *, after_sending: bool) -> object:
    """A progress callback that ends the process before a stage, or when it was sent."""

    def progress(name: str, seconds: float | None) -> None:
        if name == stage and (seconds is not None) == after_sending:
            raise Killed

    return progress


@pytest.mark.parametrize(
    "stage",
    [
        *("deploy ShortfallVerifier", "deploy MarketOracle", "deploy LiquidationAuction"),
        *("cash pool: house", "share pool: house", "registry: role of the house"),
    ],
)
@pytest.mark.parametrize("after_sending", [False, True])
def test_a_deployment_that_was_killed_goes_on_where_it_stopped(
    node: LocalNode, tmp_path: Path, stage: str, after_sending: bool
) -> None:
    file = tmp_path / "deployment.json"
    whole = tmp_path / "whole.json"
    deploy(sale_config(), node.url, VENUE, whole)
    sent_by_whole = nonce(node, whole)
    with pytest.raises(Killed):
        deploy(
            sale_config(),
            node.url,
            VENUE,
            file,
            progress=kill_at(stage, after_sending=after_sending),
        )  # type: ignore[arg-type]
    before = load_deployment(file)
    deployer = deploy(sale_config(), node.url, VENUE, file)
    done = load_deployment(file)

    assert (before.pending is None) is not stage.startswith("deploy")
    assert done.pending is None
    assert list(done.contracts) == list(load_deployment(whole).contracts)
    assert before.contracts.items() <= done.contracts.items()
    assert set(deployer.gas).isdisjoint(before.contracts)
    # Nothing was sent twice: a killed run and its continuation send what one run sends.
    steps = len(done.contracts) + len(done.done)
    assert nonce(node, file) - sent_by_whole == steps


def test_a_finished_deployment_sends_nothing_more(node: LocalNode, tmp_path: Path) -> None:
    file = tmp_path / "deployment.json"
    deploy(config(), node.url, VENUE, file)
    sent = nonce(node, file)
    again = deploy(config(), node.url, VENUE, file)

    assert again.gas == {}
    assert nonce(node, file) == sent


def test_every_contract_fits_the_size_limit(node: LocalNode, tmp_path: Path) -> None:
    file = tmp_path / "deployment.json"
    deployed = deploy(sale_config(), node.url, VENUE, file).deployment
    web3 = System.open(node.url, file).connection.web3
    sizes = {n: len(web3.eth.get_code(c.address)) for n, c in deployed.contracts.items()}  # type: ignore[arg-type]

    assert {name: size for name, size in sizes.items() if size > 24_576} == {}


def test_a_development_key_is_refused_on_a_chain_that_is_not_local(
    foreign_node: LocalNode, tmp_path: Path
) -> None:
    file = tmp_path / "deployment.json"

    with pytest.raises(DeploymentError, match="must not be deployed on chain 5: whoever made it"):
        deploy(config(), foreign_node.url, VENUE, file)
    assert not file.exists()


def test_a_worthless_quote_token_is_refused_on_a_chain_that_is_not_local(
    foreign_node: LocalNode, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentError, match="quote: got 'deploy', must be the address"):
        deploy(
            config(), foreign_node.url, VENUE, tmp_path / "deployment.json", allow_development=True
        )


def test_a_deployment_file_is_of_one_chain(foreign_node: LocalNode, world: World) -> None:
    with pytest.raises(DeploymentError, match="chain id: got 5, the deployment is on chain 31337"):
        System.open(foreign_node.url, world.file)


def test_a_contract_whose_code_changed_is_refused(world: World, tmp_path: Path) -> None:
    address = world.system.deployment.address("MarginRegistry")
    request = world.system.connection.web3.manager.request_blocking
    request("anvil_setCode", [address, "0x00"])  # type: ignore[arg-type]

    with pytest.raises(DeploymentError, match=r"MarginRegistry at 0x.* is not what it was"):
        System.open(world.url, world.file)


def test_a_contract_that_is_gone_is_refused(node: LocalNode, world: World) -> None:
    with pytest.raises(DeploymentError, match="MarginVerifier at 0x"):
        replace(world.system.deployment, contracts=_moved(world)).check(world.system.connection)


def test_contracts_of_other_sources_are_not_taken_over(world: World, tmp_path: Path) -> None:
    name, oracle = "MarketOracle", world.system.deployment.contracts["MarketOracle"]
    other = replace(oracle, creation="0x" + "11" * 32)
    file = tmp_path / "deployment.json"
    world.system.deployment.with_contract(name, other).write(file)

    with pytest.raises(DeploymentError, match="the sources changed since it was deployed"):
        deploy(config(), world.url, VENUE, file)


def test_another_circuit_than_the_deployed_one_is_refused(world: World, tmp_path: Path) -> None:
    circuits = {
        name: replace(circuit, key="00" * 32)
        for name, circuit in world.system.deployment.circuits.items()
    }
    other = replace(world.system.deployment, circuits=circuits)

    with pytest.raises(DeploymentError, match="the verifier on the chain is for key 0000"):
        other.domain("margin")


@pytest.mark.parametrize(
    ("section", "numbers", "said"),
    [
        (
            "feed",
            {"minInterval": 1 << 32},
            r"feed.minInterval: got 4294967296, must be below 2\^32",
        ),
        ("registry", {"windows": 2}, "registry.windows: got 2, is not one of"),
    ],
)
def test_numbers_are_checked_against_the_contracts_own_structs(
    node: LocalNode, tmp_path: Path, section: str, numbers: dict[str, int], said: str
) -> None:
    right = config()
    changed = {**right.sections, section: {**right.sections[section], **numbers}}
    wrong: DeploymentConfig = replace(right, sections=changed)

    with pytest.raises(DeploymentError, match=said):
        deploy(wrong, node.url, VENUE, tmp_path / "deployment.json")


def test_a_deployment_file_reads_back(world: World, tmp_path: Path) -> None:
    name = "MarketOracle"
    pending = world.system.deployment.with_pending(name, world.system.deployment.contracts[name])
    pending.write(tmp_path / "again.json")

    assert load_deployment(tmp_path / "again.json") == pending


def _moved(world: World) -> dict[str, object]:
    """The contracts of a system, the first at an address where nothing is."""
    contracts = dict(world.system.deployment.contracts)
    first = next(iter(contracts))
    return {**contracts, first: replace(contracts[first], address="0x" + "77" * 20)}
