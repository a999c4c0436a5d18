# SPDX-License-Identifier: Apache-2.0
"""`info`: the circuits, what they hold, and the keys that are set up here."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.commands.terminal import as_json, next_step, print_json, say, show
from zkmargin.documents.params_document import shipped_sets
from zkmargin.documents.writing import Json
from zkmargin.margin_proof import CIRCUIT, key_digest
from zkmargin.presets import PRESETS, Preset
from zkmargin.proving.artifacts import artifact_home, load
from zkmargin.proving.manifest import MANIFEST_FILE

SIGNALS = ("domain", "header", "commitment", "snapshotHash")


@click.command("info")
@as_json
def command(as_json: bool) -> None:
    """The presets of the margin circuit, their keys, the public signals and the shipped params."""
    circuits = [_circuit(preset) for preset in PRESETS.values()]
    if as_json:
        print_json(
            {
                "artifacts": str(artifact_home()),
                "public_signals": list(SIGNALS),
                "params": list(shipped_sets()),
                "circuits": circuits,
            }
        )
    else:
        _show(circuits)
    next_step("zkmargin setup PRESET makes what is missing")


def _circuit(preset: Preset) -> dict[str, Json]:
    """One preset and, where it is set up, its artifacts."""
    facts: dict[str, Json] = {
        "preset": preset.name,
        "strikes": preset.slots,
        "expiries": preset.expiries,
        "scenarios": preset.scenarios,
        "status": "not set up",
    }
    directory = artifact_home() / f"{CIRCUIT}_{preset.name}"
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

    names = ["preset", "strikes", "expiries", "scenarios", "constraints", "status", "key"]
    table = Table()
    for name in names:
        table.add_column(name)
    for facts in circuits:
        table.add_row(*(str(facts.get(name, ""))[:12] for name in names))
    show(table)
    say(f"public signals, in order: {', '.join(SIGNALS)}")
    say(f"params: {', '.join(shipped_sets())}")
    say(f"artifacts: {artifact_home()}")
