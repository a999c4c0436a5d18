# SPDX-License-Identifier: Apache-2.0
"""The examples say what examples/README.md says they say."""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from zkmargin.book import Book
from zkmargin.cli import cli
from zkmargin.documents.book_document import load_book
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import margin
from zkmargin.presets import STANDARD
from zkmargin.units import BPS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
README = (EXAMPLES / "README.md").read_text()
SECONDS = ("check", "commit", "snapshot show")  # commands that need neither fit nor prover


def shown_commands() -> list[tuple[str, list[str]]]:
    """The commands of the README with the lines that it shows of their output."""
    blocks = [block.split("```")[0] for block in README.split("```console\n")[1:]]
    found: list[tuple[str, list[str]]] = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ zkmargin "):
            found.append((line.removeprefix("$ zkmargin "), []))
        else:
            found[-1][1].append(line)
    return [entry for entry in found if entry[0].startswith(SECONDS)]


def book(name: str) -> Book:
    return load_book(EXAMPLES / f"{name}.json")


@pytest.mark.parametrize(("command", "shown"), shown_commands())
def test_a_command_of_the_readme_prints_what_the_readme_shows(
    monkeypatch: pytest.MonkeyPatch, command: str, shown: list[str]
) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(cli, shlex.split(command))

    assert shown
    assert [line for line in shown if line not in result.stdout.splitlines()] == []


def test_every_command_of_the_readme_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    lines = [line for line in README.splitlines() if line.startswith("$ zkmargin ")]
    words = {tuple(line.split()[2:4]) for line in lines}
    results = [
        CliRunner().invoke(cli, [*(pair if pair[0] == "snapshot" else pair[:1]), "--help"])
        for pair in words
    ]

    assert {result.exit_code for result in results} == {0}


def test_the_readme_lists_every_file_of_the_examples() -> None:
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file()} - {"README.md"}

    assert {name for name in files if f"`{name}`" not in README} == set()


def test_the_healthy_book_fits_the_standard_preset_with_a_comfortable_ratio() -> None:
    report = margin(book("eth_book"), load_snapshot(EXAMPLES / "eth_snapshot.json"))

    assert 8 <= len(report.book.slots) <= STANDARD.slots
    assert 1.3 < report.nav / report.mmr < 2
    assert min(report.book.cash, report.book.base, -report.book.perp) > 0


def test_the_short_book_has_a_positive_nav_well_below_its_requirement() -> None:
    report = margin(book("short_book"), load_snapshot(EXAMPLES / "eth_snapshot.json"))

    assert 0 < report.nav < 0.8 * report.mmr


def test_the_edge_book_has_an_excess_of_exactly_nothing() -> None:
    report = margin(book("edge_book"), load_snapshot(EXAMPLES / "eth_snapshot.json"))

    assert report.excess(BPS) == 0


def test_the_snapshots_expiries_increase_and_its_hash_is_written() -> None:
    snapshot = load_snapshot(EXAMPLES / "eth_snapshot.json")

    assert all(a.expiry < b.expiry for a, b in pairwise(snapshot.rows))
    assert f"{snapshot.hash:#066x}" in (EXAMPLES / "eth_snapshot.json").read_text()
