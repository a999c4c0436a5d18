# SPDX-License-Identifier: Apache-2.0
"""The decision log: what was seen and what was decided, each entry chained to the one before.

    hash_n = SHA-256(hash_{n-1} | entry_n),  hash_0 = SHA-256 of nothing

An entry holds everything that `decide` needs, so the log replays to the same decisions, and an
entry that was changed, dropped or put in later breaks the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from zkmargin.auction_stage import Stage
from zkmargin.engine.action import Action, canonical
from zkmargin.engine.decision import Decision, Policy, Situation, decide
from zkmargin.engine.evidence import Evidence, Source
from zkmargin.engine.screen import Verdict
from zkmargin.engine.view import AccountView, AuctionView, Clock
from zkmargin.errors import ZkMarginError
from zkmargin.registry.status import Status

GENESIS: Final = hashlib.sha256(b"").hexdigest()


class LogBrokenError(ZkMarginError):
    """The decision log was changed, or does not replay; keeps the place of the entry."""

    def __init__(self, place: int, rule: str) -> None:
        self.place = place
        super().__init__(f"decision {place}: {rule}")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log; `entry` is canonical JSON."""

    place: int
    previous: str
    hash: str
    entry: str


def entry_text(seen: Situation, policy: Policy, decision: Decision) -> str:
    """The canonical text of a decision and all that it depends on."""
    action = decision.action
    document = {
        "seen": asdict(seen),
        "policy": asdict(policy),
        "action": None if action is None else json.loads(action.to_json()),
        "reason": decision.reason,
    }
    return canonical(document)


def chained(place: int, previous: str, entry: str) -> LogEntry:
    """The entry of a place, chained to the hash before it."""
    linked = hashlib.sha256(previous.encode() + entry.encode()).hexdigest()
    return LogEntry(place, previous, linked, entry)


def replay(entries: Iterable[LogEntry]) -> int:
    """Decides everything again; the number of entries.

    raises   LogBrokenError at the first entry that is not chained, or is decided otherwise now
    """
    previous, count = GENESIS, 0
    for line in entries:
        count += 1
        if (line.place, line.previous) != (count, previous):
            raise LogBrokenError(count, "an entry is missing, or out of order")
        if chained(count, previous, line.entry) != line:
            raise LogBrokenError(count, "the entry was changed")
        if again(line.entry) != line.entry:
            raise LogBrokenError(count, "the same input is decided otherwise")
        previous = line.hash
    return count


def again(entry: str) -> str:
    """The text of the decision that the entry's input leads to now."""
    document = json.loads(entry)
    seen, policy = situation_of(document["seen"]), Policy(**document["policy"])
    return entry_text(seen, policy, decide(seen, policy))


def action_of(entry: str) -> Action | None:
    """The action that an entry decided on."""
    action = json.loads(entry)["action"]
    return None if action is None else Action.from_json(canonical(action))


def situation_of(fields: dict[str, Any]) -> Situation:
    """The situation of a parsed entry."""
    account, auction, evidence = fields["account"], fields["auction"], fields["evidence"]
    return Situation(
        clock=Clock(**fields["clock"]),
        account=AccountView(**{**account, "status": Status(account["status"])}),
        auction=None
        if auction is None
        else AuctionView(**{**auction, "stage": Stage(auction["stage"])}),
        evidence=Evidence(
            Source(evidence["source"]), Verdict(evidence["verdict"]), evidence["epoch"]
        ),
        sender=fields["sender"],
    )
