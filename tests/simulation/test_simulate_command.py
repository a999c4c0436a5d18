# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from zkmargin.cli import cli

SMALL = ["--accounts", "12", "--keepers", "4", "--hours", "3", "--paths", "1"]


@pytest.mark.slow
def test_the_page_stands_alone_and_its_figures_are_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "crash.html"

    done = CliRunner().invoke(cli, ["simulate", *SMALL, "-o", str(page), "--json"])

    assert done.exit_code == 0, done.output
    figures = json.loads(page.with_suffix(".json").read_text())
    assert figures == json.loads(done.stdout)
    assert len(figures["policies"]) == 16
    assert [row["gas"] for row in figures["gas"]] == sorted(row["gas"] for row in figures["gas"])
    text = page.read_text()
    assert text.count("<svg") == 3
    assert "http-equiv" not in text
    assert "<script" not in text
    assert "next: open" in done.stderr


def test_a_bad_price_file_is_bad_input(tmp_path: Path) -> None:
    prices = tmp_path / "p.csv"
    prices.write_text("time,spot\n0,1\n60,x\n")

    done = CliRunner().invoke(cli, ["simulate", *SMALL, "--prices", str(prices)])

    assert done.exit_code == 2
    assert "row 3 spot" in done.output
