# SPDX-License-Identifier: Apache-2.0
"""Auctions of slices at a venue in this process: start, bid, settle, slash, fail, void.

Twin of verifier/src/LiquidationAuction.sol: the same stages, prices and order of capital; bonds
are left out.
"""

from __future__ import annotations

from dataclasses import replace

from zkmargin.auction_stage import Stage
from zkmargin.engine.action import Action
from zkmargin.engine.local_registry import require_level_below
from zkmargin.engine.local_settlement import resumed
from zkmargin.engine.local_state import LocalAccount, LocalAuction, LocalState, Refused
from zkmargin.engine.view import ONE
from zkmargin.keeper_reward import keeper_reward
from zkmargin.registry.account_status import Phase
from zkmargin.units import BPS

_NOTHING_ADVERSE, _HALTED = 2, 3  # breaker levels


def start(state: LocalState, action: Action, sender: str) -> None:
    """Locks a Liquidatable account and pays the keeper from its bounty."""
    account = state.account(action.account)
    require_level_below(state, _NOTHING_ADVERSE)
    if account.phase != Phase.LIQUIDATABLE:
        raise Refused(f"StatusWrong: {account.phase.name}")
    _end_cured(state, account.id)
    id_ = len(state.auctions) + 1
    state.auctions[id_] = LocalAuction(
        id=id_,
        account=account.id,
        episode=account.episode,
        version=account.version,
        started=state.clock,
    )
    state.auction_of[account.id] = id_
    locked = replace(account, phase=Phase.IN_AUCTION)
    state.accounts[account.id] = _penalised(state, locked)


def bid(state: LocalState, action: Action, sender: str) -> None:
    """Accepts the price factor of now."""
    auction = state.auction(action.auction, Stage.BIDDING)
    account = state.account(auction.account)
    require_level_below(state, _NOTHING_ADVERSE)
    if not _locked(account, auction):
        raise Refused("EpisodeWrong")
    if action.expects.version != auction.version:
        raise Refused("VersionWrong")
    if action.epoch != state.epoch:
        raise Refused("EpochWrong")
    target = action.arguments.get("target", state.rules.target)
    if target != state.rules.target and target >= BPS:
        raise Refused("TermsOutOfRange")
    if sender == account.owner:
        raise Refused("OwnerCannotBid")
    _require_open(state, auction, sender)
    state.auctions[auction.id] = replace(
        auction,
        stage=Stage.AWARDED,
        bid_at=state.clock,
        deadline=state.clock + state.rules.settle_window,
        epoch=action.epoch,
        discount=state.rules.discount(state.clock - auction.started),
        target=target,
        max_price=action.arguments["max_price"],
        max_fraction=action.arguments.get("max_fraction", ONE),
        winner=sender,
    )
    state.accounts[account.id] = replace(account, phase=Phase.AWARDED)


def slash(state: LocalState, action: Action, sender: str) -> None:
    """Reopens the bidding where it stood, after a winner let its time pass or lost the epoch."""
    auction = state.auction(action.auction, Stage.AWARDED)
    settles = state.level < _HALTED and auction.epoch in state.snapshots
    if settles and state.clock <= auction.deadline:
        raise Refused("WinnerHasTime")
    state.auctions[auction.id] = resumed(state, auction)
    account = state.account(auction.account)
    state.accounts[account.id] = replace(account, phase=Phase.IN_AUCTION)


def fail(state: LocalState, action: Action, sender: str) -> None:
    """Ends an auction that found no bidder; the account is Liquidatable again."""
    auction = state.auction(action.auction, Stage.BIDDING)
    if state.clock - auction.started <= state.rules.bidding_end:
        raise Refused("BiddingRuns")
    account = state.account(auction.account)
    locked = _locked(account, auction)
    stage = Stage.FAILED if locked else Stage.CURED
    state.auctions[auction.id] = replace(auction, stage=stage)
    if locked:
        state.accounts[account.id] = replace(account, phase=Phase.LIQUIDATABLE)


def void(state: LocalState, action: Action, sender: str) -> None:
    """Ends an auction whose account a margin proof cured."""
    auction = state.auction(action.auction, Stage.BIDDING)
    if _locked(state.account(auction.account), auction):
        raise Refused("NotCured")
    state.auctions[auction.id] = replace(auction, stage=Stage.CURED)


def _locked(account: LocalAccount, auction: LocalAuction) -> bool:
    return account.phase == Phase.IN_AUCTION and account.episode == auction.episode


def _end_cured(state: LocalState, account: int) -> None:
    """Ends an auction of an earlier episode that a margin proof made void."""
    previous = state.auctions.get(state.auction_of.get(account, 0))
    if previous is not None and previous.stage == Stage.BIDDING:
        state.auctions[previous.id] = replace(previous, stage=Stage.CURED)


def _require_open(state: LocalState, auction: LocalAuction, sender: str) -> None:
    elapsed, rules = state.clock - auction.started, state.rules
    if elapsed > rules.bidding_end:
        raise Refused("BiddingOver")
    if sender != rules.pool and not rules.opens <= elapsed <= rules.closes:
        raise Refused("PoolOnly")


def _penalised(state: LocalState, account: LocalAccount) -> LocalAccount:
    """Takes the penalty from the bounty, once an episode; the reporter gets less than all of it."""
    if account.penalised == account.episode:
        return account
    penalty = min(state.rules.penalty, account.bounty)
    rules = state.rules
    reward = keeper_reward(
        rules.keeper, cost=rules.keeper_cost, penalty=penalty, bounty=account.bounty
    )
    state.pay(account.beneficiary, reward)
    state.money = replace(
        state.money,
        insurance=state.money.insurance + penalty - reward,
        rewards=state.money.rewards + reward,
    )
    return replace(account, bounty=account.bounty - penalty, penalised=account.episode)
