# SPDX-License-Identifier: Apache-2.0
"""`config show`: every setting with its origin."""

from __future__ import annotations

import click

from zkmargin.commands.terminal import as_json, next_step, print_json, show
from zkmargin.settings import Chosen, load_settings
from zkmargin.web_address import without_path


@click.command("show")
@as_json
def command(as_json: bool) -> None:
    """Every setting, its value, where it comes from and its variable.

    A node's address is shown without its path, which may hold a provider's key, and a command
    without its arguments.
    """
    items = load_settings().items()
    if as_json:
        print_json({s.key: {"value": _shown(s.key, c), "origin": c.origin} for s, c in items})
    else:
        from rich.markup import escape
        from rich.table import Table

        table = Table("setting", "value", "origin", "variable", "what")
        for setting, chosen in items:
            shown = _shown(setting.key, chosen)
            table.add_row(
                setting.key, shown, chosen.origin, setting.variable, escape(setting.about)
            )
        show(table)
    next_step("zkmargin chain local, or zkmargin chain status ACCOUNT")


def _shown(key: str, chosen: Chosen) -> str:
    value = chosen.value
    if key == "chain.rpc":
        return without_path(str(value))
    if key == "guard.on_alert":
        return str(value).partition(" ")[0]
    if isinstance(value, tuple):
        return ", ".join(f"{number:g}" for number in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
