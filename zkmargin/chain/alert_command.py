# SPDX-License-Identifier: Apache-2.0
"""A program that is run at every alert of a guard: to send a mail, call a webhook, ring a bell.

It gets one line of JSON on its standard input, with public fields only (`zkmargin.logs`), and none
of the variables that may hold a key of ours. Nothing that it does or fails to do stops the guard.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from zkmargin.errors import SettingError
from zkmargin.logs import Logger, only_public

_TIME: Final = 30.0  # after which it is killed [s]
_OURS: Final = "ZKMARGIN_"


class AlertCommand:
    """Runs a command, without a shell; raises SettingError if its quotes do not match."""

    def __init__(self, command: str, log: Logger, time: float = _TIME) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise SettingError("guard.on_alert", str(error), "must be a command") from None
        self._log, self._time = log, time

    def __call__(self, alert: Mapping[str, object]) -> bool:
        """Whether the command took the alert: it was found, and ended in time with exit code 0."""
        if not self._words:
            return True
        why = self._run(json.dumps(document(alert), sort_keys=True) + "\n")
        if why:
            self._log.error("alert not delivered", reason=why)
        return not why

    def _run(self, line: str) -> str:
        """Why it failed, empty if it did not; its own words may hold a token and are not kept."""
        try:
            done = subprocess.run(
                self._words,
                input=line,
                text=True,
                stdout=subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if not k.startswith(_OURS)},
                timeout=self._time,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return type(error).__name__
        return f"exit code {done.returncode}" if done.returncode else ""


def document(alert: Mapping[str, object]) -> dict[str, object]:
    """The alert as it is sent: its public fields and the time."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    return {**only_public(None, "", dict(alert)), "timestamp": time}
