# SPDX-License-Identifier: Apache-2.0
"""`setup`: compile a circuit and make its keys."""

from __future__ import annotations

import click

from zkmargin.commands.proving_options import prove_command
from zkmargin.commands.terminal import as_json, next_step, print_json, say, stages
from zkmargin.documents.writing import Json
from zkmargin.presets import PRESETS
from zkmargin.proving.artifacts import build
from zkmargin.proving.manifest import DEVELOPMENT
from zkmargin.statement import STATEMENTS
from zkmargin.statement_proof import key_digest


@click.command("setup")
@click.argument("preset", type=click.Choice(list(PRESETS)))
@click.option("--circuit", type=click.Choice(list(STATEMENTS)), default="margin", show_default=True)
@as_json
def command(preset: str, circuit: str, as_json: bool) -> None:
    """Compile a circuit of PRESET and make a development key, unless both are there.

    A development key is for trying things out: this machine knew its secrets and could forge.
    """
    with stages() as progress:
        artifacts = build(preset, circuit=circuit, progress=progress)
    manifest = artifacts.manifest
    document: dict[str, Json] = {
        "circuit": circuit,
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
    next_step(prove_command(circuit, preset))
