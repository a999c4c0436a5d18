# SPDX-License-Identifier: Apache-2.0
"""`wallet`: the group of the commands that keep secrets and books."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "new": "Draw a view secret.",
    "recover": "Rebuild a book from the view secret and the trade log.",
    "export": "Seal a book under a passphrase.",
    "import": "Open a sealed book.",
}


@click.group("wallet", cls=LazyGroup, summaries=SUMMARIES, prefix="wallet_")
def command() -> None:
    """Keep the secrets of an account, and get its books back.

    Files are written for their owner alone (0600), and never over another file.
    """
