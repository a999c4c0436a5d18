# SPDX-License-Identifier: Apache-2.0
"""What a guard tells its owner: in its log at every look, and once by way of a command.

Once means until it was delivered: what a command did not take is told again at the next look. The
file remembers it, so that a guard that is started anew, or by a timer, does not say it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from zkmargin.files import read_json, write_atomic
from zkmargin.logs import Logger

Tell = Callable[[Mapping[str, object]], bool]


def nobody(_: Mapping[str, object]) -> bool:
    """Tells nobody; the log has it."""
    return True


@dataclass(frozen=True, slots=True)
class Told:
    """What the owner knows: the threshold that NAV / MMR is below, and what is wrong, if any."""

    threshold: float | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class Alerts:
    """Alerts of one account.

    tell     hands an alert on; whether it was delivered
    memory   file with what was told
    """

    log: Logger
    tell: Tell
    memory: Path

    def passed(self, threshold: float | None, account: int, epoch: int) -> None:
        """Says once when a threshold is passed, and once when all are behind."""
        told = self.told()
        before = told.threshold
        if threshold == before:
            return
        fields = {"account": account, "epoch": epoch, "threshold": threshold}
        if threshold is None:
            fields["threshold"] = before
            done = self._say("recovered", "info", fields)
        elif before is None or threshold < before:
            done = self._say("alert", "warning", fields)
        else:
            done = self._say("better", "info", fields)
        if done:
            self._remember(replace(told, threshold=threshold))

    def trouble(self, event: str, **fields: object) -> None:
        """Logs what is wrong; tells of it if it was not so before."""
        told = self.told()
        self.log.error(event, **fields)
        if told.trouble != event and self.tell({"event": event, "level": "error", **fields}):
            self._remember(replace(told, trouble=event))

    def calm(self) -> None:
        """Nothing is wrong now: the next trouble is a new one."""
        told = self.told()
        if told.trouble is not None:
            self._remember(replace(told, trouble=None))

    def told(self) -> Told:
        """What the file remembers."""
        document = read_json(self.memory) if self.memory.is_file() else None
        if not isinstance(document, dict):
            return Told()
        threshold, trouble = document.get("threshold"), document.get("trouble")
        number = threshold if isinstance(threshold, int | float) else None
        return Told(number, trouble if isinstance(trouble, str) else None)

    def _say(self, event: str, level: str, fields: Mapping[str, object]) -> bool:
        getattr(self.log, level)(event, **fields)
        return self.tell({"event": event, "level": level, **fields})

    def _remember(self, told: Told) -> None:
        write_atomic(self.memory, json.dumps(asdict(told)) + "\n")
