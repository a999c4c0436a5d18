# SPDX-License-Identifier: Apache-2.0
"""`chain deploy`: the contracts on any chain."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.chain.deploy import chain_id_of, deploy
from zkmargin.chain.deployment_config import load_config
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import EXISTING, as_json, next_step, print_json, say, stages
from zkmargin.web_address import without_path


@click.command("deploy")
@click.argument("config_file", metavar="CONFIG", type=EXISTING)
@click.option(
    "--allow-development-key",
    is_flag=True,
    help="Deploy a key with which its maker can forge proofs on a chain that is not local.",
)
@chain_options
@as_json
def command(
    config_file: Path, allow_development_key: bool, chain: ChainOptions, as_json: bool
) -> None:
    """Deploy what CONFIG describes; run it again to go on where it was interrupted.

    The deployment file is written after every contract. The sender needs the governance role.
    """
    config = load_config(config_file)
    key = chain.key(chain_id_of(chain.url, chain.timeout))
    say(f"deploying from {key.address} by {without_path(chain.url)}")
    with stages() as log:
        deployer = deploy(
            config,
            chain.url,
            key,
            chain.deployment,
            allow_development=allow_development_key,
            timeout=chain.timeout,
            progress=log,
        )
    for name, deployed in deployer.deployment.contracts.items():
        say(f"  {name:<20} {deployed.address}")
    total = sum(deployer.gas.values())
    if as_json:
        contracts = {n: d.address for n, d in deployer.deployment.contracts.items()}
        print_json({"deployment": str(chain.deployment), "contracts": contracts, "gas": total})
    say(f"wrote {chain.deployment}; {total:,} gas in this run")
    next_step("zkmargin chain publish SNAPSHOT")
