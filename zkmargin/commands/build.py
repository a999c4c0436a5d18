# SPDX-License-Identifier: Apache-2.0
"""`build`: compile a circuit anew, and compare it with what a key was made for."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.cli import NO
from zkmargin.commands.proving_options import prove_command
from zkmargin.commands.terminal import as_json, next_step, print_json, say, stages
from zkmargin.documents.writing import Json
from zkmargin.presets import PRESETS
from zkmargin.proving.artifacts import artifact_home, build, load
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.reproduction import Reproduction, reproduce
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.statement import STATEMENTS


@click.command("build")
@click.argument("preset", type=click.Choice(list(PRESETS)))
@click.option("--circuit", type=click.Choice(list(STATEMENTS)), default="margin", show_default=True)
@click.option("--check", is_flag=True, help="compile anew and compare; nothing is replaced")
@click.option(
    "-d",
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="of the artifacts; a ceremony's, say  [default: where setup keeps them]",
)
@as_json
def command(preset: str, circuit: str, check: bool, directory: Path | None, as_json: bool) -> None:
    """Compile a circuit of PRESET; with --check, prove that its key's constraints are reproduced.

    --check needs no trust in whoever made the artifacts: it answers yes only if the sources here
    give the same constraint system and witness program, byte for byte.
    """
    name = f"{circuit}_{preset}"
    where = directory or artifact_home() / name
    source = CircuitSource(circuits_dir() / "main" / f"{name}.circom", circuits_dir())
    with stages() as progress:
        artifacts = (
            load(where) if check else build(preset, where, circuit=circuit, progress=progress)
        )
        found = reproduce(source, artifacts, progress) if check else None
    files = artifacts.manifest.files
    document: dict[str, Json] = {
        "circuit": circuit,
        "preset": preset,
        "directory": str(where),
        "r1cs": files[artifacts.r1cs.name],
        "wasm": files[artifacts.wasm.name],
    }
    if found:
        document["reproduced"] = not found.differences
        document["differences"] = list(found.differences)
    if as_json:
        print_json(document)
    say(f"{where}: {artifacts.r1cs.name} {files[artifacts.r1cs.name]}")
    if found:
        _conclude(found, preset, circuit)
    else:
        next_step(f"zkmargin build {preset} --circuit {circuit} --check")


def _conclude(found: Reproduction, preset: str, circuit: str) -> None:
    if found.differences:
        say(f"NOT reproduced; these differ: {', '.join(found.differences)}")
        next_step("get the sources that the manifest names, or do not use this key")
        raise click.exceptions.Exit(NO)
    say(f"reproduced: all {len(found.expected)} hashes are those of the manifest")
    next_step(prove_command(circuit, preset))
