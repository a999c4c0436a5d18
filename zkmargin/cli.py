# SPDX-License-Identifier: Apache-2.0
"""The command line: its commands, and the one place where errors become exit codes.

    0   yes: done, healthy, valid
    1   the answer is no: short of margin, proof rejected, refused by a contract
    2   bad input or usage; the message names the field, the value and the bound
    3   a tool or a node failed, or no witness exists
    70  a defect of zkmargin itself

A command module is imported when its command runs, so that `--help` is quick and `prove` does not
wait for the libraries of the surface fit.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

from zkmargin import __version__
from zkmargin.errors import InputError, Reverted, ToolError, ZkMarginError

NO: Final = 1
BAD_INPUT: Final = 2
TOOL_FAILED: Final = 3
DEFECT: Final = 70
INTERRUPTED: Final = 130

# What a command may miss: the package it imports, and the extra that brings it.
EXTRAS: Final = {
    **dict.fromkeys(("web3", "eth_account", "eth_abi", "hexbytes", "structlog"), "chain"),
    **dict.fromkeys(("sqlalchemy", "alembic"), "engine"),
    "matplotlib": "simulate",
}

COMMANDS: Final = {
    "doctor": "What is installed, and what to do about what is not.",
    "snapshot": "Build a market snapshot from option quotes, or show one.",
    "commit": "The commitment to a book.",
    "check": "The margin of a book under a snapshot.",
    "setup": "Compile a circuit and make its keys.",
    "build": "Compile a circuit anew, and compare it with what a key was made for.",
    "ceremony": "Make a key whose secrets nobody knows, with a few other people.",
    "prove": "Prove that a book has enough margin.",
    "prove-shortfall": "Prove that a book is short of margin.",
    "prove-nav": "Prove exactly what a book is worth.",
    "prove-liquidation": "Prove that a slice of a book is an auction's.",
    "verify": "Verify a proof, and what it says.",
    "info": "Circuits, their keys and their public signals.",
    "wallet": "Keep secrets and books, and get a lost book back.",
    "simulate": "A crash under sixteen liquidation policies, as a page of figures.",
    "chain": "Deploy the contracts and work with them.",
    "guard": "Keep an account healthy on the chain.",
    "engine": "Screen many books, and run the liquidation engine.",
    "config": "The settings, and where each comes from.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and summaries, and imports the one that runs.

    Command `x y-z` is the attribute `command` of zkmargin.commands.x_y_z.
    """

    def __init__(self, *args: Any, summaries: Mapping[str, str], prefix: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._summaries = summaries
        self._prefix = prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a user needs them."""
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; None if there is none of that name."""
        if cmd_name not in self._summaries:
            return None
        name = f"{self._prefix}{cmd_name}".replace("-", "_")
        module = import_module(f"zkmargin.commands.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._summaries.items()))


class MainGroup(LazyGroup):
    """The whole command line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; errors become exit codes here and nowhere else."""
        with exit_codes():
            return super().invoke(ctx)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turns an error inside the block into a message and an exit code."""
    try:
        yield
    except InputError as error:
        _leave(f"error: {error}", BAD_INPUT)
    except BrokenPipeError:
        raise
    except OSError as error:
        _leave(f"error: {error.filename or 'file'}: {error.strerror or error}", BAD_INPUT)
    except ToolError as error:
        _leave(f"tool failed: {error}\nnext: zkmargin doctor", TOOL_FAILED)
    except Reverted as error:
        _leave(f"refused: {error}", NO)
    except ZkMarginError as error:
        _leave(f"failed: {error}", TOOL_FAILED)
    except KeyboardInterrupt:
        _leave("interrupted", INTERRUPTED)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        advice = f"pip install 'zkmargin[{EXTRAS[package]}]'"
        _leave(f"tool failed: {package} is not installed: {advice}", TOOL_FAILED)
    except Exception:
        _leave(f"{traceback.format_exc()}this is a defect of zkmargin: please report it", DEFECT)


def _leave(message: str, code: int) -> None:
    click.echo(message, err=True)
    raise click.exceptions.Exit(code)


@click.group(
    cls=MainGroup,
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
def cli() -> None:
    """Private margin on options: prove that a hidden book is above maintenance margin.

    \b
    snapshot build -> commit -> check -> setup -> prove -> verify
    Exit codes: 0 yes, 1 no, 2 bad input, 3 a tool failed.
    """
