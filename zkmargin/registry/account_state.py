# SPDX-License-Identifier: Apache-2.0
"""What each action does to an account: pure functions from account and moment to an outcome.

The same rules, in the same order, as ProofActions.sol, CallActions.sol, AccountActions.sol and
AuctionHooks.sol. A refused action raises `RefusedError` and leaves everything as it was. Proofs are
given by whether they are valid: verifying them is not the state machine's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from zkmargin.registry.account_status import Account, Moment, Phase, Rules, is_late, status_of
from zkmargin.registry.epoch_rules import require_margin, require_order, require_shortfall
from zkmargin.registry.margin_clock import ALARM
from zkmargin.registry.refusal import Refusal, require
from zkmargin.registry.status import Status

LIVE = (Status.HEALTHY, Status.STALE, Status.CALLED)
TRADE, DEPOSIT, REDUCE = 1, 2, 3  # AdvanceKind in Solidity
NO_NEW_RISK, NOTHING_ADVERSE = 1, 2  # breaker levels


@dataclass(frozen=True)
class Outcome:
    """An account after an action.

    credits   who is owed how much more [1e-6 quote]
    bounty    change of the account's bounty [1e-6 quote]
    """

    account: Account
    credits: Mapping[int, int] = field(default_factory=dict)
    bounty: int = 0


def open_account(
    old: Account, commitment: int, owner: int, holder: int, moment: Moment, proven: bool | None
) -> Outcome:
    """Opens an unused or closed account id; `proven` is None without a proof, else its validity."""
    _require_no_alarm(moment)
    require(moment.level < NO_NEW_RISK, Refusal.ORACLE_LEVEL_TOO_HIGH)
    require(old.phase in (Phase.NONE, Phase.CLOSED), Refusal.STATUS_WRONG)
    fresh = Account(
        version=old.version,
        phase=Phase.OPEN,
        owner=owner,
        holder=holder,
        episode=old.episode,
        nonce=old.nonce,
    )
    return _prove_along(_replaced(fresh, commitment, moment), moment, proven)


def advance(
    old: Account, commitment: int, kind: int, moment: Moment, rules: Rules, proven: bool | None
) -> Outcome:
    """Stores the next commitment; without a proof the account has none afterwards."""
    status = status_of(old, moment, rules)
    require(status in LIVE, Refusal.STATUS_WRONG)
    if kind not in (DEPOSIT, REDUCE):
        require(kind == TRADE and status is not Status.CALLED, Refusal.KIND_REFUSED)
        allowed = status is Status.HEALTHY or proven is not None
        require(moment.level < NO_NEW_RISK and allowed, Refusal.RISK_REFUSED)
    return _prove_along(_replaced(old, commitment, moment), moment, proven)


def close(old: Account, bounty: int, moment: Moment, rules: Rules) -> Outcome:
    """Closes a Healthy account; its bounty is owed to the owner."""
    require(status_of(old, moment, rules) is Status.HEALTHY, Refusal.STATUS_WRONG)
    return Outcome(replace(old, phase=Phase.CLOSED), {old.owner: bounty}, -bounty)


def prove(
    old: Account, epoch: int, bounty: int, moment: Moment, rules: Rules, valid: bool = True
) -> Outcome:
    """Margin at maintenance under an epoch's snapshot: answers a call, cures, or refreshes."""
    require(old.phase not in (Phase.NONE, Phase.AWARDED, Phase.CLOSED), Refusal.STATUS_WRONG)
    require_margin(old, epoch, moment, rules.window)
    require(valid, Refusal.PROOF_INVALID)
    expired = expire_if_late(old, bounty, moment, rules)
    return _proven(expired, epoch)


def call(old: Account, caller: int, moment: Moment, rules: Rules) -> Outcome:
    """Calls a Stale account: a proof of the latest epoch or later is due before the deadline."""
    _require_no_alarm(moment)
    require(moment.level < NOTHING_ADVERSE, Refusal.ORACLE_LEVEL_TOO_HIGH)
    require(moment.reasons == 0, Refusal.CLOCK_STOPPED)
    require(status_of(old, moment, rules) is Status.STALE, Refusal.STATUS_WRONG)
    require(moment.clock > old.deadline, Refusal.CALL_TOO_SOON)
    return Outcome(
        replace(
            old,
            phase=Phase.CALLED,
            call_epoch=moment.latest,
            deadline=moment.clock + rules.answer_window,
            episode=old.episode + 1,
            holder_slashed=False,
            caller=caller,
            bond=rules.call_bond,
        )
    )


def expire(old: Account, bounty: int, moment: Moment, rules: Rules) -> Outcome:
    """Records that a call was not answered."""
    _require_no_alarm(moment)
    require(old.phase is Phase.CALLED, Refusal.STATUS_WRONG)
    require(is_late(old, moment), Refusal.DEADLINE_NOT_PASSED)
    return expire_if_late(old, bounty, moment, rules)


def expire_if_late(old: Account, bounty: int, moment: Moment, rules: Rules) -> Outcome:
    """If a call went unanswered: frozen; fine and bond are owed to the caller."""
    if old.phase is not Phase.CALLED or not is_late(old, moment):
        return Outcome(old)
    fine = min(bounty, rules.fine)
    frozen = replace(old, phase=Phase.PRESUMED, caller=0, bond=0)
    return Outcome(frozen, {old.caller: old.bond + fine}, -fine)


def report_shortfall(
    old: Account,
    epoch: int,
    beneficiary: int,
    bounty: int,
    moment: Moment,
    rules: Rules,
    valid: bool = True,
) -> Outcome:
    """Below maintenance at an epoch: Liquidatable at once, from any status up to Presumed."""
    _require_no_alarm(moment)
    require(moment.level < NOTHING_ADVERSE, Refusal.ORACLE_LEVEL_TOO_HIGH)
    expired = expire_if_late(old, bounty, moment, rules)
    a, credits = expired.account, dict(expired.credits)
    require(a.phase in (Phase.OPEN, Phase.CALLED, Phase.PRESUMED), Refusal.STATUS_WRONG)
    require_shortfall(a, epoch, moment, rules.window)
    require(valid, Refusal.PROOF_INVALID)
    if a.phase is Phase.CALLED:
        credits[a.caller] = credits.get(a.caller, 0) + a.bond
    short = replace(
        a,
        phase=Phase.LIQUIDATABLE,
        call_epoch=epoch + 1,
        caller=beneficiary,
        bond=0,
        episode=a.episode + 1,
    )
    return Outcome(short, credits, expired.bounty)


def slash_holder(old: Account, bounty: int, moment: Moment, rules: Rules) -> Outcome:
    """Marks the holder of a Presumed account as slashed; the bond is kept elsewhere."""
    _require_no_alarm(moment)
    require(moment.level < NOTHING_ADVERSE, Refusal.ORACLE_LEVEL_TOO_HIGH)
    expired = expire_if_late(old, bounty, moment, rules)
    a = expired.account
    require(a.phase is Phase.PRESUMED, Refusal.STATUS_WRONG)
    require(moment.clock > a.deadline + rules.holder_window, Refusal.DEADLINE_NOT_PASSED)
    require(not a.holder_slashed, Refusal.HOLDER_ALREADY_SLASHED)
    return replace(expired, account=replace(a, holder_slashed=True))


def lock(old: Account, moment: Moment) -> Outcome:
    """Locks a Liquidatable account for an auction."""
    _require_no_alarm(moment)
    require(moment.level < NOTHING_ADVERSE, Refusal.ORACLE_LEVEL_TOO_HIGH)
    require(old.phase is Phase.LIQUIDATABLE, Refusal.STATUS_WRONG)
    return Outcome(replace(old, phase=Phase.IN_AUCTION))


def award(old: Account, episode: int) -> Outcome:
    """Ends the owner's right to cure."""
    _require_locked(old, episode)
    require(old.phase is Phase.IN_AUCTION, Refusal.STATUS_WRONG)
    return Outcome(replace(old, phase=Phase.AWARDED))


def reopen(old: Account, episode: int) -> Outcome:
    """Gives the owner's right to cure back: the winner did not settle."""
    _require_locked(old, episode)
    require(old.phase is Phase.AWARDED, Refusal.STATUS_WRONG)
    return Outcome(replace(old, phase=Phase.IN_AUCTION))


def release(old: Account, episode: int) -> Outcome:
    """Puts a locked account back to Liquidatable."""
    _require_locked(old, episode)
    return Outcome(replace(old, phase=Phase.LIQUIDATABLE))


def settle(
    old: Account, episode: int, commitment: int, epoch: int, healthy: bool, moment: Moment
) -> Outcome:
    """Stores what a liquidation left over: Healthy at `epoch`, or in auction for the next slice."""
    _require_no_alarm(moment)
    _require_locked(old, episode)
    left = _replaced(old, commitment, moment)
    if healthy:
        return Outcome(replace(left, proven_epoch=epoch, phase=Phase.OPEN, caller=0))
    return Outcome(replace(left, phase=Phase.IN_AUCTION))


def _proven(before: Outcome, epoch: int) -> Outcome:
    a, credits = before.account, dict(before.credits)
    if a.phase is Phase.CALLED:
        credits[a.owner] = credits.get(a.owner, 0) + a.bond
    if a.phase is not Phase.OPEN:
        a = replace(a, phase=Phase.OPEN, caller=0, bond=0)
    return Outcome(replace(a, proven_epoch=epoch), credits, before.bounty)


def _prove_along(a: Account, moment: Moment, proven: bool | None) -> Outcome:
    if proven is None:
        return Outcome(a)
    require_order(a, moment.latest)
    require(proven, Refusal.PROOF_INVALID)
    return _proven(Outcome(a), moment.latest)


def _replaced(a: Account, commitment: int, moment: Moment) -> Account:
    return replace(
        a,
        commitment=commitment,
        version=a.version + 1,
        proven_epoch=0,
        commit_epoch=moment.latest,
    )


def _require_locked(a: Account, episode: int) -> None:
    require(a.phase in (Phase.IN_AUCTION, Phase.AWARDED), Refusal.STATUS_WRONG)
    require(a.episode == episode, Refusal.EPISODE_WRONG)


def _require_no_alarm(moment: Moment) -> None:
    require(not moment.reasons & ALARM, Refusal.ALARM_RAISED)
