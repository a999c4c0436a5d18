# SPDX-License-Identifier: Apache-2.0
"""Accounts, and their status: a function of stored words, market and clock (AccountStatus.sol)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from zkmargin.registry.status import Status
from zkmargin.units import BPS


class Phase(IntEnum):
    """What is stored of the status."""

    NONE = 0
    OPEN = 1
    CALLED = 2
    PRESUMED = 3
    LIQUIDATABLE = 4
    IN_AUCTION = 5
    AWARDED = 6
    CLOSED = 7


@dataclass(frozen=True)
class Rules:
    """Numbers of a registry that its state machine uses; as `RegistryParams` in Solidity.

    window, fresh_epochs [epochs]; max_age, max_pause, resume_grace [s]; answer_window,
    holder_window [clock, s]; stale_move [bps]; the rest [1e-6 quote].
    """

    window: int
    fresh_epochs: int
    max_age: int
    stale_move: int
    answer_window: int
    holder_window: int
    call_bond: int
    fine: int
    holder_bond: int
    min_bounty: int
    max_pause: int
    resume_grace: int


@dataclass(frozen=True)
class Account:
    """The stored words of an account; fields as in IAccounts.sol."""

    commitment: int = 0
    version: int = 0
    proven_epoch: int = 0
    commit_epoch: int = 0
    call_epoch: int = 0
    deadline: int = 0  # [clock, s]
    phase: Phase = Phase.NONE
    owner: int = 0
    episode: int = 0
    nonce: int = 0
    holder_slashed: bool = False
    caller: int = 0
    bond: int = 0  # [1e-6 quote]
    holder: int = 0


@dataclass(frozen=True)
class Snapshot:
    """What the oracle keeps of an epoch: time [s], index [1e-6 quote], rung (or whatever else tells
    params apart), suspicion.
    """

    time: int
    index: int
    rung: int
    suspect: bool = False


@dataclass(frozen=True)
class Moment:
    """What an action sees besides the account: chain time, registry clock, market."""

    time: int  # [unix, s]
    clock: int  # [clock, s]
    reasons: int  # why the clock stands; 0 = it runs
    latest: int  # latest epoch, 0 = none
    level: int  # breaker level
    snapshots: Mapping[int, Snapshot]  # by epoch


class Stored(Protocol):
    """The words of an account that its status follows from."""

    @property
    def phase(self) -> Phase:
        """What is stored of the status."""

    @property
    def deadline(self) -> int:
        """Last second in which a call can be answered [clock, s]."""

    @property
    def proven_epoch(self) -> int:
        """Epoch of the newest margin proof, 0 if none."""


class Freshness(Protocol):
    """How long a margin proof says something: part of `Rules`."""

    @property
    def fresh_epochs(self) -> int:
        """Epochs after which it is too old."""

    @property
    def max_age(self) -> int:
        """Time after which it is [s]."""

    @property
    def stale_move(self) -> int:
        """Largest move of the index since [bps]."""


def status_of(account: Stored, moment: Moment, rules: Freshness) -> Status:
    """Status of an account at a moment; nobody has to act for it to become Stale or Presumed."""
    if account.phase is Phase.OPEN:
        return Status.HEALTHY if is_fresh(account, moment, rules) else Status.STALE
    if account.phase is Phase.CALLED:
        return Status.PRESUMED if is_late(account, moment) else Status.CALLED
    return Status.NONE if account.phase is Phase.NONE else Status(account.phase + 1)


def is_late(account: Stored, moment: Moment) -> bool:
    """Whether the last second in which a call can be answered is over."""
    return moment.clock > account.deadline


def is_fresh(account: Stored, moment: Moment, rules: Freshness) -> bool:
    """Whether the newest margin proof still says something: by epochs, age, price and params."""
    if account.proven_epoch == 0 or moment.latest > account.proven_epoch + rules.fresh_epochs:
        return False
    proven, last = moment.snapshots[account.proven_epoch], moment.snapshots[moment.latest]
    if proven.rung != last.rung or moment.time > proven.time + rules.max_age:
        return False
    return abs(last.index - proven.index) * BPS <= proven.index * rules.stale_move
