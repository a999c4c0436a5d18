# SPDX-License-Identifier: Apache-2.0
"""`setup`: compile a circuit and make its keys."""

from __future__ import annotations

import click

from zkmargin.commands.terminal import as_json, next_step, print_json, say, stages
from zkmargin.documents.writing import Json
from zkmargin.margin_proof import key_digest
from zkmargin.presets import PRESETS
from zkmargin.proving.artifacts import build
from zkmargin.proving.manifest import DEVELOPMENT


@click.command("setup")
@click.argument("preset", type=click.Choice(list(PRESETS)))
@as_json
def command(preset: str, as_json: bool) -> None:
    """Compile the margin circuit of PRESET and make a development key, unless both are there.

    A development key is for trying things out: this machine knew its secrets and could forge.
    """
    with stages() as progress:
        artifacts = build(preset, progress=progress)
    manifest = artifacts.manifest
    document: dict[str, Json] = {
        "preset": preset,
        "status": manifest.status,
        "constraints": manifest.constraints,
        "key": key_digest(artifacts.verifying_key),
        "directory": str(artifacts.directory),
    }
    if as_json:
        print_json(document)
    say(f"{artifacts.directory}: {manifest.constraints:,} constraints, {manifest.status} key")
    if manifest.status == DEVELOPMENT:
        say("never deploy a development key: whoever made it can forge proofs")
    next_step(f"zkmargin prove BOOK SNAPSHOT --preset {preset}")
