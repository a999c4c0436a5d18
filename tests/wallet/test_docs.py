# SPDX-License-Identifier: Apache-2.0
"""docs/wallet.md is run as it stands, block by block, in one directory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from wallet.documented_code import blocks, run_console, run_python

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "wallet.md"

pytestmark = pytest.mark.prove


def test_every_code_block_of_the_wallet_page_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "examples" / "eth_snapshot.json", tmp_path)
    (tmp_path / "passphrase").write_text("a horse that counts to nine\n")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "wallet_page"}
    for block in blocks(PAGE):
        if block.language == "console":
            run_console(block)
        else:
            run_python(PAGE, block, names)

    assert bool(names["check"])
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "book.json").read_bytes()


def test_the_page_has_no_block_that_is_not_run() -> None:
    assert {block.language for block in blocks(PAGE)} == {"console", "python"}
    assert PAGE.read_text().count("```") == 2 * len(blocks(PAGE))
