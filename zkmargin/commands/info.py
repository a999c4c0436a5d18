# SPDX-License-Identifier: Apache-2.0
"""`info`: the circuits, what they hold, and the keys that are set up here."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import as_json, next_step, print_json, say, show
from zkmargin.documents.params_document import shipped_sets
from zkmargin.documents.writing import Json
from zkmargin.presets import PRESETS, Preset
from zkmargin.proving.artifacts import artifact_home, load
from zkmargin.proving.manifest import MANIFEST_FILE
from zkmargin.proving.toolchain import circuits_dir
from zkmargin.statement import STATEMENTS
from zkmargin.statement_proof import key_digest


@click.command("info")
@as_json
def command(as_json: bool) -> None:
    """The circuits at every size, their keys, the public signals and the shipped params."""
    circuits = [_circuit(*size) for size in _sizes()]
    if as_json:
        print_json(
            {
                "artifacts": str(artifact_home()),
                "public_signals": {name: list(kind.names()) for name, kind in STATEMENTS.items()},
                "params": list(shipped_sets()),
                "circuits": circuits,
            }
        )
    else:
        _show(circuits)
    next_step("zkmargin setup PRESET --circuit CIRCUIT makes what is missing")


def _sizes() -> list[tuple[str, Preset]]:
    """Every circuit with every preset that it comes in."""
    main = circuits_dir() / "main"
    return [
        (circuit, preset)
        for circuit in STATEMENTS
        for preset in PRESETS.values()
        if (main / f"{circuit}_{preset.name}.circom").exists()
    ]


def _circuit(circuit: str, preset: Preset) -> dict[str, Json]:
    """One circuit at one size and, where it is set up, its artifacts."""
    facts: dict[str, Json] = {
        "circuit": circuit,
        "preset": preset.name,
        "strikes": preset.slots,
        "expiries": preset.expiries,
        "scenarios": preset.scenarios,
        "status": "not set up",
    }
    directory = artifact_home() / f"{circuit}_{preset.name}"
    if not (directory / MANIFEST_FILE).exists():
        return facts
    artifacts = load(directory)
    return {
        **facts,
        "status": artifacts.manifest.status,
        "constraints": artifacts.manifest.constraints,
        "proving_key_bytes": artifacts.zkey.stat().st_size,
        "key": key_digest(artifacts.verifying_key),
        "directory": str(Path(directory)),
    }


def _show(circuits: list[dict[str, Json]]) -> None:
    from rich.table import Table

    names = [
        "circuit",
        "preset",
        "strikes",
        "expiries",
        "scenarios",
        "constraints",
        "status",
        "key",
    ]
    table = Table()
    for name in names:
        table.add_column(name)
    for facts in circuits:
        table.add_row(*(str(facts.get(name, ""))[:12] for name in names))
    show(table)
    for name, kind in STATEMENTS.items():
        say(f"public signals of {name}, in order: {', '.join(kind.names())}")
    say(f"params: {', '.join(shipped_sets())}")
    say(f"artifacts: {artifact_home()}")
