# SPDX-License-Identifier: Apache-2.0
"""What is known of an account's margin, and from where: the engine consults, in this order,

    1. the chain: a margin proof of the latest epoch, or a shortfall proof that stands
    2. a valid proof in hand, made for the account's present state (the reference checker)
    3. an opening in hand: the specification, at the latest epoch and at the adverse one

The first that answers is believed and the others are not asked. An account is short only if it is
at both epochs: one that has recovered would be cured at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zkmargin.engine.screen import Verdict
from zkmargin.engine.view import AccountView, Clock
from zkmargin.registry.status import Status


class Source(StrEnum):
    """Where an answer came from."""

    CHAIN = "chain"
    PROOF = "proof"
    OPENING = "opening"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer.

    epoch   newest epoch that the answer is for; 0 if there is none
    """

    source: Source
    verdict: Verdict
    epoch: int


@dataclass(frozen=True, slots=True)
class ProofInHand:
    """A margin proof that the reference checker accepted.

    commitment, version, level   what it says in public, level [bps]
    epoch                        the epoch whose snapshot hash it names
    text                         the proof as a venue takes it
    """

    account: int
    commitment: int
    version: int
    level: int
    epoch: int
    text: str


NO_EVIDENCE = Evidence(Source.NOTHING, Verdict.UNDECIDED, 0)

Screened = Callable[[int, int], Verdict | None]
"""The specification's verdict on the opening of an account at an epoch; None if none is held."""


def consult(
    account: AccountView, clock: Clock, proofs: Mapping[int, ProofInHand], screened: Screened
) -> Evidence:
    """The first answer in the order above."""
    return (
        _chain(account, clock)
        or _proof(account, clock, proofs.get(account.id))
        or _opening(account, clock, screened)
        or NO_EVIDENCE
    )


def _chain(account: AccountView, clock: Clock) -> Evidence | None:
    if account.status in (Status.LIQUIDATABLE, Status.IN_AUCTION, Status.AWARDED):
        return None  # a margin proof still cures: what is in hand is newer than the shortfall
    if account.proven_epoch and account.proven_epoch >= clock.epoch:
        return Evidence(Source.CHAIN, Verdict.HEALTHY, account.proven_epoch)
    return None


def _proof(account: AccountView, clock: Clock, proof: ProofInHand | None) -> Evidence | None:
    if proof is None or (proof.commitment, proof.version) != (account.commitment, account.version):
        return None
    recent = clock.epoch - clock.window <= proof.epoch <= clock.epoch
    if not recent or proof.epoch < max(clock.adverse_epoch, account.answers_from):
        return None
    return Evidence(Source.PROOF, Verdict.HEALTHY, proof.epoch)


def _opening(account: AccountView, clock: Clock, screened: Screened) -> Evidence | None:
    if clock.epoch == 0:
        return None
    now = screened(account.id, clock.epoch)
    if now is None:
        return None
    if now == Verdict.SHORT:
        then = screened(account.id, clock.adverse_epoch) if clock.adverse_epoch else None
        verdict = Verdict.SHORT if then == Verdict.SHORT else Verdict.UNDECIDED
        return Evidence(Source.OPENING, verdict, clock.epoch)
    return Evidence(Source.OPENING, now, clock.epoch)
