# SPDX-License-Identifier: Apache-2.0
"""The code blocks of a page, and a way to run them as a reader would."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from zkmargin.cli import cli

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and its first line on the page."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page that names its language."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(match[1], match[2], text.count("\n", 0, match.start(2)) + 1)
        for match in _FENCE.finditer(text)
    ]


def run_python(page: Path, block: Block, names: dict[str, Any]) -> None:
    """Runs a block; a traceback shows the line of the page."""
    exec(compile("\n" * (block.line - 1) + block.text, str(page), "exec"), names)


def run_console(block: Block) -> None:
    """Runs each `$ zkmargin ..` line; what stands below it must be in what it prints."""
    for command, shown in _commands(block.text):
        done = CliRunner().invoke(cli, shlex.split(command)[1:])

        assert done.exit_code == 0, f"{command}: {done.output}"
        assert [line for line in shown if line not in done.output] == [], done.output


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, shown
