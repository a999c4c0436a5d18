# SPDX-License-Identifier: Apache-2.0
"""Rows of the store as the records of the engine, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from zkmargin.engine.action import Action, Outcome, Signed, canonical
from zkmargin.engine.view import VenueEvent


@dataclass(frozen=True, slots=True)
class Intent:
    """An action that was decided, and how far it has come.

    state    "intended", then "sent", then "done" or "refused"; "abandoned" if never signed
    signed   from "sent" on
    outcome  once a block of the present chain has taken it
    final    the block is so deep that it is not watched any more
    """

    id: int
    decision: int
    state: str
    action: Action
    signed: Signed | None
    outcome: Outcome | None
    note: str
    final: bool


def vars_of(record: Any) -> dict[str, Any]:
    """The fields of a record with slots."""
    return {name: getattr(record, name) for name in record.__slots__}


def intent_row(decision: int, action: Action) -> dict[str, Any]:
    """The row of an intent that was just decided."""
    return {
        "key": action.key,
        "account": str(action.account),
        "decision": decision,
        "state": "intended",
        "action": action.to_json(),
    }


def intent_of(row: Any) -> Intent:
    """The intent of a row."""
    signed = None if row.raw is None else Signed(row.hash, row.nonce, bytes.fromhex(row.raw))
    note = row.note if row.state == "refused" else ""
    outcome = None if row.block is None else Outcome(row.block, row.number, note)
    action = Action.from_json(row.action)
    return Intent(
        row.id, row.decision, row.state, action, signed, outcome, row.note, bool(row.final)
    )


def event_row(event: VenueEvent) -> dict[str, Any]:
    """The row of an event."""
    return {
        "block": event.block,
        "place": event.place,
        "name": event.name,
        "account": str(event.account),
        "details": canonical(dict(event.details)),
    }


def event_of(row: Any) -> VenueEvent:
    """The event of a row that was joined with its block."""
    return VenueEvent(
        block=row.block,
        number=row.number,
        place=row.place,
        name=row.name,
        account=int(row.account),
        details=json.loads(row.details),
    )
