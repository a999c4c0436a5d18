# SPDX-License-Identifier: Apache-2.0
"""What calls and proofs do to accounts at a venue in this process.

Twin of verifier/src/MarginRegistry.sol; a rule that is broken raises Refused with the contract's
name for it.
"""

from __future__ import annotations

from dataclasses import replace

from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.engine.action import Action
from zkmargin.engine.local_state import LocalAccount, LocalState, Refused
from zkmargin.engine.opening import opening_of
from zkmargin.errors import InputError
from zkmargin.margin import healthy, margin
from zkmargin.registry.account_status import Phase
from zkmargin.registry.status import Status
from zkmargin.units import BPS

_PROVABLE = (
    Phase.OPEN,
    Phase.CALLED,
    Phase.PRESUMED,
    Phase.LIQUIDATABLE,
    Phase.IN_AUCTION,
)
_BOUND_BY_CALL = _PROVABLE[1:]
_NOTHING_ADVERSE = 2  # breaker level


def prove(state: LocalState, action: Action, sender: str) -> None:
    """A margin proof at level 10000: answers a call, cures."""
    account = state.account(action.account)
    if account.phase not in _PROVABLE:
        raise Refused(f"StatusWrong: {account.phase.name}")
    epoch = action.epoch
    _require_recent(state, epoch)
    _require_newer(account, epoch)
    if account.phase in _BOUND_BY_CALL and epoch < account.call_epoch:
        raise Refused("EpochBeforeCall")
    require_opening(state, account, action, epoch, level=BPS, short=False)
    state.accounts[account.id] = replace(account, proven_epoch=epoch, phase=Phase.OPEN)


def call(state: LocalState, action: Action, sender: str) -> None:
    """Calls a Stale account."""
    account = state.account(action.account)
    require_level_below(state, _NOTHING_ADVERSE)
    if state.status(account) != Status.STALE:
        raise Refused(f"StatusWrong: {state.status(account).name}")
    if account.deadline and state.clock <= account.deadline:
        raise Refused("CallTooSoon")
    state.accounts[account.id] = replace(
        account,
        phase=Phase.CALLED,
        episode=account.episode + 1,
        call_epoch=state.epoch,
        deadline=state.clock + state.rules.answer_window,
    )


def expire(state: LocalState, action: Action, sender: str) -> None:
    """Records that a call was not answered."""
    account = state.account(action.account)
    if account.phase != Phase.CALLED:
        raise Refused(f"StatusWrong: {account.phase.name}")
    if state.clock <= account.deadline:
        raise Refused("DeadlineNotPassed")
    state.accounts[account.id] = replace(account, phase=Phase.PRESUMED)


def report(state: LocalState, action: Action, sender: str) -> None:
    """A shortfall proof: Liquidatable at once."""
    require_level_below(state, _NOTHING_ADVERSE)
    account = state.account(action.account)
    if account.phase not in (Phase.OPEN, Phase.CALLED, Phase.PRESUMED):
        raise Refused(f"StatusWrong: {account.phase.name}")
    epoch = action.epoch
    _require_recent(state, epoch)
    _require_newer(account, epoch)
    if account.phase != Phase.OPEN and epoch < account.call_epoch:
        raise Refused("EpochBeforeCall")
    if epoch >= state.epoch:
        raise Refused("EpochTooFresh")
    require_opening(state, account, action, epoch, level=BPS, short=True)
    state.accounts[account.id] = replace(
        account,
        phase=Phase.LIQUIDATABLE,
        episode=account.episode + 1,
        call_epoch=epoch + 1,
        beneficiary=sender,
    )


def require_opening(
    state: LocalState,
    account: LocalAccount,
    action: Action,
    epoch: int,
    *,
    level: int,
    short: bool,
) -> Book:
    """The book that the action opens the account's commitment with; raises Refused if it is not
    the account's, or is not short (or healthy) at the level [bps] under the epoch's snapshot.
    """
    book = committed_book(account, action.proof)
    if is_healthy(state, book, epoch, level) == short:
        raise Refused("ProofInvalid: statement")
    return book


def committed_book(account: LocalAccount, proof: str) -> Book:
    """The opening of an account's commitment that a proof is; raises Refused if it is not."""
    try:
        book = opening_of(proof)
    except (InputError, ValueError, TypeError, KeyError):
        raise Refused("ProofInvalid: no opening") from None
    identity = (account.id, account.version, account.commitment)
    if (book.account, book.version, commitment(book)) != identity:
        raise Refused("ProofInvalid: commitment")
    return book


def is_healthy(state: LocalState, book: Book, epoch: int, level: int) -> bool:
    """What the specification says under an epoch's snapshot, which must be kept; level [bps]."""
    if epoch not in state.snapshots:
        raise Refused("EpochUnknown")
    try:
        return healthy(margin(book, state.snapshots[epoch]), level)
    except InputError:
        raise Refused("ProofInvalid: no margin") from None


def require_level_below(state: LocalState, level: int) -> None:
    """Raises Refused if the breaker stands at a level or above."""
    if state.level >= level:
        raise Refused("OracleLevelTooHigh")


def _require_recent(state: LocalState, epoch: int) -> None:
    if epoch > state.epoch:
        raise Refused("EpochInFuture")
    if epoch < state.epoch - state.rules.window or epoch not in state.snapshots:
        raise Refused("EpochTooOld")


def _require_newer(account: LocalAccount, epoch: int) -> None:
    if epoch <= account.proven_epoch:
        raise Refused("EpochNotNewer")
    if epoch < account.commit_epoch:
        raise Refused("EpochBeforeCommitment")
