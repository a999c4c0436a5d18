# SPDX-License-Identifier: Apache-2.0
"""`ceremony init`: a circuit compiled, and the key to which nobody has contributed."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.ceremony.protocol import begin
from zkmargin.ceremony.transcript_document import MOST_CONTRIBUTORS
from zkmargin.commands.ceremony_step import (
    answer,
    circuit_source,
    include_option,
    new_directory_option,
    now,
    ptau_option,
)
from zkmargin.commands.terminal import as_json, stages


@click.command("init")
@click.argument("circuit", metavar="CIRCUIT")
@ptau_option
@click.option(
    "--contributors",
    type=click.IntRange(1, MOST_CONTRIBUTORS),
    required=True,
    help="People who must have contributed before the key can be final.",
)
@click.option(
    "--development-ptau",
    "development",
    is_flag=True,
    help="Take powers of tau that nobody published; the key is then a development key for ever.",
)
@include_option
@new_directory_option
@as_json
def command(
    circuit: str,
    ptau: Path,
    contributors: int,
    development: bool,
    include: Path | None,
    directory: Path,
    as_json: bool,
) -> None:
    """Begin a ceremony for CIRCUIT: a name such as margin_small, or a path ending in .circom."""
    source = circuit_source(circuit, include)
    with stages() as log:
        ceremony = begin(
            source,
            directory,
            ptau,
            contributors=contributors,
            now=now(),
            development=development,
            progress=log,
        )
    answer(ceremony, as_json)
