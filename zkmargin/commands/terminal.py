# SPDX-License-Identifier: Apache-2.0
"""What commands share: answers on stdout, everything else on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from zkmargin.documents.writing import Json

if TYPE_CHECKING:
    from rich.status import Status
    from rich.table import Table

_DECIMAL: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_NATURAL: Final = re.compile(r"0|[1-9][0-9]*|0x[0-9a-fA-F]+")
_PLAIN_WIDTH: Final = 120  # of a table that goes to a file or a pipe

EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT: Final = click.Path(dir_okay=False, path_type=Path)

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object to stdout.")
level_option = click.option(
    "--level", default=10_000, show_default=True, metavar="BPS", help="Level, 10000 is 1.00."
)


def natural(text: str) -> int:
    """A natural number, decimal or hexadecimal after 0x; a usage error if the text is none."""
    if not _NATURAL.fullmatch(text):
        raise click.BadParameter(f"{text!r} must be a natural number, decimal or 0x..")
    return int(text, 0)


def plain_decimal(text: str) -> Decimal:
    """A positive decimal number without exponent; a usage error if the text is none."""
    if not _DECIMAL.fullmatch(text) or not Decimal(text):
        raise click.BadParameter(f"{text!r} must be a positive number such as 2681.603")
    return Decimal(text)


def say(text: str) -> None:
    """A line for people, on stderr."""
    click.echo(text, err=True)


def next_step(text: str) -> None:
    """What to do next, on stderr."""
    say(f"next: {text}")


def print_json(document: Json) -> None:
    """The answer as one JSON object, on stdout."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def show(answer: str | Table) -> None:
    """The answer for people, on stdout."""
    if isinstance(answer, str):
        click.echo(answer)
        return
    from rich.console import Console

    width = None if sys.stdout.isatty() else _PLAIN_WIDTH
    Console(file=sys.stdout, highlight=False, width=width).print(answer)


def answer_no() -> NoReturn:
    """Ends the command with exit code 1: the answer is no."""
    raise click.exceptions.Exit(1)


class StageLog:
    """Reports stages on stderr as they end, and keeps their seconds.

    timings   seconds by stage
    """

    def __init__(self, status: Status | None = None) -> None:
        self.timings: dict[str, float] = {}
        self._status = status

    def __call__(self, stage: str, seconds: float | None) -> None:
        """Takes note of one stage: its start (seconds is None) shows only on a terminal."""
        if seconds is None:
            if self._status:
                self._status.update(stage)
            return
        self.timings[stage] = seconds
        if self._status:
            self._status.console.print(f"{stage}: {seconds:.1f} s", markup=False)
        else:
            say(f"{stage}: {seconds:.1f} s")


@contextmanager
def stages() -> Iterator[StageLog]:
    """A log of stages, with a spinner if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield StageLog()
        return
    from rich.console import Console

    with Console(stderr=True, highlight=False).status("starting") as status:
        yield StageLog(status)
