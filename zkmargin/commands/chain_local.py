# SPDX-License-Identifier: Apache-2.0
"""`chain local`: a local chain with everything on it."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.deploy import deploy
from zkmargin.chain.deployment_config import DeploymentConfig, load_config, local_config
from zkmargin.chain.holder_bonds import HolderBonds
from zkmargin.chain.key import local_key
from zkmargin.chain.local_node import LocalNode, start_local_node
from zkmargin.chain.system import System
from zkmargin.commands.terminal import EXISTING, OUTPUT, as_json, next_step, print_json, say, stages
from zkmargin.documents.reading import Field
from zkmargin.errors import DeploymentError, SettingError
from zkmargin.presets import PRESETS

_HOLDER = 0  # account that holds all roles, and is the opening holder of new accounts
_ACCOUNTS_COVERED = 10  # by the holder's bond


@click.command("local")
@click.option("--config", type=EXISTING, help="What to deploy; default: a shipped configuration.")
@click.option("--preset", type=click.Choice(list(PRESETS)), help="Size of the circuits, over it.")
@click.option("--liquidation", is_flag=True, help="With auction house, pools and insurance.")
@click.option("--timestamp", metavar="TIME", help="Time of its first block; default: now.")
@click.option("--port", type=int, default=0, help="Default: a free one.")
@click.option(
    "--directory", type=click.Path(file_okay=False, path_type=Path), default="build/local"
)
@click.option("--deployment", type=OUTPUT, help="Deployment file; default: in the directory.")
@click.option("--stop", is_flag=True, help="End the chain, and forget what was deployed on it.")
@as_json
def command(
    config: Path | None,
    preset: str | None,
    liquidation: bool,
    timestamp: str | None,
    port: int,
    directory: Path,
    deployment: Path | None,
    stop: bool,
    as_json: bool,
) -> None:
    """Start a local chain (anvil) in the background and deploy everything on it.

    The accounts that anvil funds hold all roles: 0 governs, settles and is the opening holder, 1 to
    3 sign snapshots. Run it again to go on with a deployment that was interrupted.
    """
    state, file = directory / "node.json", deployment or directory / "deployment.json"
    if stop:
        _stop(state, file)
        return
    node = _running(state)
    if node is None:
        _refuse_leftover(file)
        moment = None if timestamp is None else time_of(timestamp)
        node = start_local_node(directory / "anvil.log", timestamp=moment, port=port)
        node.write(state)
        say(f"anvil answers at {node.url}, process {node.pid}")
    with stages() as log:
        settings = _settings(config, preset, liquidation)
        deployer = deploy(settings, node.url, local_key(0), file, progress=log)
        system = System.open(node.url, file, progress=log)
    _bond_holder(system)
    for name, deployed in deployer.deployment.contracts.items():
        gas = deployer.gas.get(name)
        say(f"  {name:<20} {deployed.address}" + (f"  {gas:>9,} gas" if gas else ""))
    if as_json:
        contracts = {n: d.address for n, d in deployer.deployment.contracts.items()}
        print_json({"rpc": node.url, "deployment": str(file), "contracts": contracts})
    say(f"wrote {file}; export ZKMARGIN_CHAIN_RPC={node.url} ZKMARGIN_CHAIN_DEPLOYMENT={file}")
    next_step("zkmargin chain publish SNAPSHOT --local-account 0")


def time_of(text: str) -> int:
    """Unix seconds of a time in either form; raises DeploymentError if it is none."""
    value: object = int(text) if text.isdecimal() else text
    if isinstance(value, int):
        return value
    return Field("--timestamp", "", value, DeploymentError).time()


def _settings(config: Path | None, preset: str | None, liquidation: bool) -> DeploymentConfig:
    """The configuration in a file, or the shipped one; a file says itself what it deploys."""
    if config is None:
        return local_config(preset=preset or "", liquidation=liquidation)
    if preset or liquidation:
        rule = "must not be given with --preset or --liquidation: the file says both"
        raise SettingError("--config", str(config), rule)
    return load_config(config)


def _running(state: Path) -> LocalNode | None:
    if not state.is_file():
        return None
    node = LocalNode.read(state)
    return node if node.is_running else None


def _refuse_leftover(file: Path) -> None:
    """A new chain has nothing on it: the file of an earlier one would be wrong in every line."""
    if file.exists():
        rule = "is of a chain that has ended: zkmargin chain local --stop"
        raise DeploymentError(str(file), "a deployment", rule)


def _bond_holder(system: System) -> None:
    bonds, holder = HolderBonds(system), local_key(_HOLDER)
    needed = bonds.unit() * _ACCOUNTS_COVERED
    if bonds.state(holder.address).bond < needed:
        bonds.bond(holder, needed)


def _stop(state: Path, file: Path) -> None:
    if state.is_file():
        node = LocalNode.read(state)
        say(f"stopped process {node.pid}" if node.stop() else "it was not running")
        state.unlink()
    file.unlink(missing_ok=True)
    next_step("zkmargin chain local")
