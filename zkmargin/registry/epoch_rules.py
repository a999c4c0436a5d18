# SPDX-License-Identifier: Apache-2.0
"""Which epochs a proof may be of (EpochRules.sol): the protection against replay."""

from __future__ import annotations

from zkmargin.registry.account_status import Account, Moment, Phase
from zkmargin.registry.refusal import Refusal, require


def require_margin(account: Account, epoch: int, moment: Moment, window: int) -> None:
    """Raises `RefusedError` unless a margin proof of the epoch counts for the account."""
    require_recent(epoch, moment.latest, window)
    require_order(account, epoch)


def require_shortfall(account: Account, epoch: int, moment: Moment, window: int) -> None:
    """Raises `RefusedError` unless a shortfall proof of the epoch counts against the account."""
    require_recent(epoch, moment.latest, window)
    require(epoch != moment.latest, Refusal.EPOCH_TOO_FRESH)
    require_order(account, epoch)
    require(not moment.snapshots[epoch].suspect, Refusal.SNAPSHOT_SUSPECT)


def require_recent(epoch: int, latest: int, window: int) -> None:
    """Raises `RefusedError` unless latest - window <= epoch <= latest."""
    require(epoch <= latest, Refusal.EPOCH_IN_FUTURE)
    require(epoch + window >= latest, Refusal.EPOCH_TOO_OLD)


def require_order(account: Account, epoch: int) -> None:
    """Raises `RefusedError` if not newer than the proof, or before commitment or call."""
    require(epoch > account.proven_epoch, Refusal.EPOCH_NOT_NEWER)
    require(epoch >= account.commit_epoch, Refusal.EPOCH_BEFORE_COMMITMENT)
    no_call = account.phase is Phase.OPEN
    require(no_call or epoch >= account.call_epoch, Refusal.EPOCH_BEFORE_CALL)
