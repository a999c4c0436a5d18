# SPDX-License-Identifier: Apache-2.0
"""What the engine can ask a venue to do, bound to what its decision saw.

An action is data: it is written down before it is sent, and its key is the same whenever the same
step is decided again for the same commitment, version and call id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from zkmargin.engine.view import AccountView


class Kind(StrEnum):
    """The actions, in the order of a liquidation."""

    PROVE = "prove"  # a margin proof: answers a call, cures
    CALL = "call"
    EXPIRE = "expire"  # records that a call was not answered
    REPORT = "report"  # a shortfall proof
    START = "start"  # the auction
    BID = "bid"
    SETTLE = "settle"
    SLASH = "slash"  # a winner who let its time pass
    FAIL = "fail"  # an auction without a bidder
    VOID = "void"  # an auction that a margin proof ended


ADVERSE: Final = frozenset({Kind.CALL, Kind.EXPIRE, Kind.REPORT, Kind.START, Kind.BID})
LIQUIDATING: Final = frozenset({Kind.START, Kind.BID, Kind.SETTLE})


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an account must still be when an action on it is sent: episode is the call id."""

    commitment: int
    version: int
    episode: int

    @classmethod
    def of(cls, account: AccountView) -> Expectation:
        """What the account is now."""
        return cls(account.commitment, account.version, account.episode)


@dataclass(frozen=True)
class Action:
    """One step on one account.

    auction     id of the auction for BID, SETTLE, SLASH, FAIL and VOID; 0 otherwise
    epoch       of the proof or the bid; 0 where there is none
    attempt     tells apart bids on one auction, whose clock goes on after a slash, and starts after
                one that failed
    arguments   numbers of the step by name; money [1e-6 quote]
    proof       what the attestor made, as text; empty until then
    """

    kind: Kind
    account: int
    expects: Expectation
    auction: int = 0
    epoch: int = 0
    attempt: int = 0
    arguments: Mapping[str, int] = field(default_factory=dict)
    proof: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """The same for the same step on the same state of the same account."""
        seen = self.expects
        state = f"{seen.commitment:x}:{seen.version}:{seen.episode}"
        return f"{self.account}:{self.kind}:{state}:{self.auction}:{self.epoch}:{self.attempt}"

    def proven(self, proof: str, **arguments: int) -> Action:
        """The action with its proof, and the outputs that come with it."""
        return replace(self, proof=proof, arguments={**self.arguments, **arguments})

    def to_json(self) -> str:
        """Canonical text."""
        return canonical(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Action:
        """The action of a canonical text."""
        fields: dict[str, Any] = json.loads(text)
        seen = Expectation(**{k: int(v) for k, v in fields.pop("expects").items()})
        kind = Kind(fields.pop("kind"))
        return cls(kind=kind, expects=seen, **fields)


@dataclass(frozen=True, slots=True)
class Signed:
    """A transaction that is ready to send: sending it twice is sending it once."""

    hash: str
    nonce: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transaction that a block took.

    refusal   why the venue refused it; empty if it did it
    """

    block: str
    number: int
    refusal: str = ""

    @property
    def done(self) -> bool:
        """Whether it took effect."""
        return not self.refusal


def canonical(document: Any) -> str:
    """JSON with one form only: sorted keys, no spaces; integers of any size."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
