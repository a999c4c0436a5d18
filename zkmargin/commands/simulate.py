# SPDX-License-Identifier: Apache-2.0
"""`zkmargin simulate`: what liquidation rules do in a crash, as a page and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import click

from zkmargin.commands.terminal import OUTPUT, as_json, next_step, say
from zkmargin.errors import ToolError
from zkmargin.files import write_atomic


@click.command("simulate")
@click.option("--seed", default=1, show_default=True, help="Same seed, same figures.")
@click.option("--paths", default=3, show_default=True, type=click.IntRange(1, 100))
@click.option("--accounts", default=300, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--keepers", default=12, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--hours", default=12.0, show_default=True, type=click.FloatRange(1, 24 * 30))
@click.option("--crash", default=-0.45, show_default=True, help="Log-move of spot in three hours.")
@click.option("--prices", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV of time, spot[, vol] in place of the model's paths.")  # fmt: skip
@click.option("-o", "--output", default="simulation.html", show_default=True,
              type=OUTPUT, help="The page; the figures go beside it as .json.")  # fmt: skip
@as_json
def command(
    seed: int,
    paths: int,
    accounts: int,
    keepers: int,
    hours: float,
    crash: float,
    prices: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """Simulates a crash under sixteen liquidation policies and many gas costs."""
    if find_spec("matplotlib") is None:
        raise ToolError(["matplotlib"], None, "not installed; pip install 'zkmargin[simulate]'")
    from zkmargin.simulation.experiment import Settings, simulate
    from zkmargin.simulation.market_path import JumpDiffusion, recorded
    from zkmargin.simulation.report import html_report

    settings = replace(
        Settings(model=JumpDiffusion(crash=crash)),
        seed=seed, paths=paths, accounts=accounts, keepers=keepers, hours=hours,
    )  # fmt: skip
    results = simulate(settings, recorded(prices) if prices else None, say)
    figures = json.dumps(results.to_json(), indent=1) + "\n"
    write_atomic(output.with_suffix(".json"), figures)
    write_atomic(output, html_report(results))
    if as_json:
        click.echo(figures, nl=False)
    say(f"wrote {output} and {output.with_suffix('.json')}")
    next_step(f"open {output} in a browser")
