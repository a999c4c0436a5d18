# SPDX-License-Identifier: Apache-2.0
"""Where a passphrase comes from; never from the arguments, which every process can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from zkmargin.commands.terminal import EXISTING
from zkmargin.errors import InputError

VARIABLE: Final = "ZKMARGIN_PASSPHRASE"

_LONGEST_FILE: Final = 1024  # [bytes]

passphrase_option = click.option(
    "--passphrase-file", type=EXISTING, help="File whose one line is the passphrase."
)


def read_passphrase(path: Path | None, *, confirm: bool) -> str:
    """The passphrase in a file, else in ZKMARGIN_PASSPHRASE, else typed, twice if it is a new one.

    raises   InputError, which shows nothing of it, if the file is no text of one line
    """
    if path is not None:
        return _only_line(path)
    if given := os.environ.get(VARIABLE):
        return given
    typed: str = click.prompt("passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return typed


def _only_line(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_LONGEST_FILE + 1)
    rule = f"must be one line of text, at most {_LONGEST_FILE} bytes"
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise InputError(path.name, "(hidden)", rule) from None
    if len(content) > _LONGEST_FILE or len(lines) != 1:
        raise InputError(path.name, "(hidden)", rule)
    return lines[0]
