# SPDX-License-Identifier: Apache-2.0
"""`ceremony`: the group of the commands with which a few people make a key together."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.cli import LazyGroup

SUMMARIES: Final = {
    "init": "Compile a circuit and make the key to which nobody has contributed.",
    "contribute": "Add a contribution, whose secret this machine draws and forgets.",
    "verify": "Verify everything, from the powers of tau to the last step.",
    "beacon": "Announce a value that nobody knows yet, or apply it once it is there.",
    "finalise": "Verify everything, admit the key, and write its artifacts.",
    "transcript": "What has been done, as JSON.",
}


@click.group("ceremony", cls=LazyGroup, summaries=SUMMARIES, prefix="ceremony_")
def command() -> None:
    """Make a key whose secrets nobody knows, with a few other people.

    \b
    init -> contribute, as often as people take part -> beacon --announce -> beacon --apply
         -> finalise
    One directory is handed on; verify it after every step.
    """
