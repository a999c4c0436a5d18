# SPDX-License-Identifier: Apache-2.0
"""The commands of one chain, as a shell would run them."""

from __future__ import annotations

import json
from typing import Any

from chain.world import World
from click.testing import CliRunner, Result

from zkmargin.cli import cli

VENUE = "0"


class Shell:
    """Runs commands on one chain."""

    def __init__(self, world: World) -> None:
        self.where = ["--rpc", world.url, "--deployment", str(world.file)]

    def run(self, *arguments: str, sender: str = VENUE) -> Result:
        command = ["chain", *arguments, *self.where, "--local-account", sender]
        return CliRunner().invoke(cli, command)

    def ask(self, *arguments: str, sender: str = VENUE) -> dict[str, Any]:
        result = self.run(*arguments, "--json", sender=sender)
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer
