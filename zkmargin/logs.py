# SPDX-License-Identifier: Apache-2.0
"""Structured logs that can hold nothing secret: only fields on a list of public ones are written.

A field that is not on the list is written as "(hidden)", whoever logs it: a book's number, a
blinding or a key cannot reach a log by a slip. Needs the extra `chain`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

PUBLIC_FIELDS: Final = frozenset(
    {
        *("event", "level", "timestamp"),
        *("account", "version", "epoch", "latest_epoch", "proven_epoch", "call_epoch", "status"),
        *("chain_id", "contract", "transaction", "block", "gas", "seconds", "stage", "action"),
        *("threshold", "reason", "error", "preset", "attempt", "deadline", "commitment"),
    }
)
HIDDEN: Final = "(hidden)"

Logger = structlog.typing.FilteringBoundLogger


def open_log(format_: str = "console", level: str = "info", output: TextIO | None = None) -> Logger:
    """A logger that writes lines to a stream; stderr unless told.

    format_   "json" or "console"
    level     lowest level that is written
    """
    stream = output or sys.stderr
    renderer = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if format_ == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    logger: Logger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            only_public,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        cache_logger_on_first_use=False,
    )
    return logger


def only_public(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hides the value of every field that is not on the list, tracebacks included."""
    return {
        name: value if name in PUBLIC_FIELDS and _is_plain(value) else HIDDEN
        for name, value in fields.items()
    }


def _is_plain(value: object) -> bool:
    """Text, numbers and nothing else: an object could show what it holds."""
    return isinstance(value, str | int | float | bool) or value is None
