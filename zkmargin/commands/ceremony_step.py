# SPDX-License-Identifier: Apache-2.0
"""What the commands of a ceremony share: their options, and how they answer."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import click

from zkmargin.ceremony.report import development_warning, newest_step, summary, what_next
from zkmargin.ceremony.steps import Ceremony
from zkmargin.commands.terminal import EXISTING, next_step, print_json, say, show
from zkmargin.errors import InputError
from zkmargin.proving.artifacts import artifact_home
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.toolchain import circuits_dir

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


_directory_option = partial(
    click.option,
    "-d",
    "--directory",
    default=Path("ceremony"),
    show_default=True,
    help="The ceremony's directory, which is handed on.",
)

directory_option = _directory_option(type=_FOLDER)
new_directory_option = _directory_option(type=_NEW_FOLDER)
ptau_option = click.option("--ptau", type=EXISTING, required=True, help="The powers of tau.")
include_option = click.option("--include", type=_FOLDER, help="Directory of CIRCUIT's includes.")


def now() -> int:
    """Unix seconds by this machine's clock."""
    return int(time.time())


def circuit_source(circuit: str, include: Path | None) -> CircuitSource:
    """A main file, or one of the circuits that come with zkmargin, by name."""
    if circuit.endswith(".circom"):
        return CircuitSource(Path(circuit), include)
    mains = circuits_dir() / "main"
    names = sorted(path.stem for path in mains.glob("*.circom"))
    if circuit not in names:
        rule = f"must be one of {', '.join(names)}, or a path ending in .circom"
        raise InputError("CIRCUIT", circuit, rule)
    return CircuitSource(mains / f"{circuit}.circom", circuits_dir())


def answer(ceremony: Ceremony, as_json: bool) -> None:
    """The newest step, and what to do next."""
    if as_json:
        print_json(summary(ceremony))
    else:
        show(newest_step(ceremony.transcript))
    advise(ceremony)


def advise(ceremony: Ceremony) -> None:
    """What to know and to do next, on stderr."""
    if warning := development_warning(ceremony.transcript):
        say(warning)
    next_step(what_next(ceremony.transcript, ceremony.last_step, artifact_home()))
