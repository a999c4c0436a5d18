# SPDX-License-Identifier: Apache-2.0
"""`ceremony beacon`: a public value that nobody knew, announced and applied."""

from __future__ import annotations

from pathlib import Path

import click

from zkmargin.ceremony.protocol import announce_beacon, apply_beacon
from zkmargin.ceremony.transcript_document import ITERATIONS
from zkmargin.commands.ceremony_step import answer, directory_option, now
from zkmargin.commands.terminal import as_json, stages
from zkmargin.documents.reading import Field
from zkmargin.errors import InputError


@click.command("beacon")
@click.option("--announce", metavar="SOURCE", help='Such as "drand quicknet".')
@click.option("--round", "round_", metavar="TEXT", help="Which value of the source.")
@click.option("--time", "not_before", metavar="TIME", help="When the value will exist, in UTC.")
@click.option(
    "--iterations",
    type=click.IntRange(ITERATIONS.start, ITERATIONS.stop - 1),
    default=ITERATIONS.start,
    show_default=True,
    help="log2 of the SHA-256 that the value goes through.",
)
@click.option("--apply", "value", metavar="VALUE", help="The announced value, in hexadecimal.")
@directory_option
@as_json
def command(
    announce: str | None,
    round_: str | None,
    not_before: str | None,
    iterations: int,
    value: str | None,
    directory: Path,
    as_json: bool,
) -> None:
    """Announce a value that nobody knows yet, or apply it once it is there.

    The announcement closes the contributions.
    """
    if (announce is None) == (value is None):
        raise click.UsageError("give --announce SOURCE or --apply VALUE")
    if value is not None:
        with stages() as log:
            ceremony = apply_beacon(directory, value, now=now(), progress=log)
    elif announce is not None and round_ and not_before:
        moment = Field("beacon", "--time", not_before, InputError).time()
        ceremony = announce_beacon(
            directory, announce, round_, not_before=moment, iterations=iterations, now=now()
        )
    else:
        raise click.UsageError("--announce needs --round and --time")
    answer(ceremony, as_json)
