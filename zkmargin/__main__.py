# SPDX-License-Identifier: Apache-2.0
"""Runs the command line: `zkmargin`, or `python -m zkmargin`."""

from zkmargin.cli import cli


def main() -> None:
    """Runs the command that the arguments name, and exits with its code."""
    cli(prog_name="zkmargin")


if __name__ == "__main__":
    main()
