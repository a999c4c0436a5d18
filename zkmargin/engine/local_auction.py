# SPDX-License-Identifier: Apache-2.0
"""Auctions of slices at a venue in this process: start, bid, settle, slash, fail.

Twin of verifier/src/LiquidationAuction.sol: the same stages, prices and order of capital; bonds
are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.engine.action import Action
from zkmargin.engine.local_registry import (
    committed_book,
    is_healthy,
    require_level_below,
)
from zkmargin.engine.local_state import LocalAccount, LocalAuction, LocalState, Refused
from zkmargin.engine.view import ONE, Stage
from zkmargin.errors import ProvingError
from zkmargin.fixed import divide_up
from zkmargin.keeper_reward import keeper_reward
from zkmargin.liquidation import Terms
from zkmargin.loss_waterfall import Capital, charge
from zkmargin.price_curve import payout
from zkmargin.registry.account_status import Phase
from zkmargin.settlement import Settlement, settlement
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


def settle(state: LocalState, action: Action, sender: str) -> None:
    """Moves the slice to the winner for exactly the auction's price."""
    auction = state.auction(action.auction, Stage.AWARDED)
    account = state.account(auction.account)
    if sender != auction.winner:
        raise Refused("SenderNotWinner")
    require_level_below(state, _HALTED)
    if state.epoch <= auction.epoch:
        raise Refused("EpochWrong")
    book = committed_book(account, action.proof)
    if is_healthy(state, book, auction.epoch, BPS):
        raise Refused("ProofInvalid: statement")
    made = _settlement(state, auction, book, action.arguments)
    if made.slice.price > auction.max_price:
        raise Refused("PriceTooHigh")
    if made.slice.fraction > auction.max_fraction:
        raise Refused("FractionOutOfRange")
    _open_lot(state, auction, made)
    _pay(state, auction, made)
    _finish(state, auction, account, made)


def slash(state: LocalState, action: Action, sender: str) -> None:
    """Reopens the bidding where it stood, after a winner let its time pass or lost the epoch."""
    auction = state.auction(action.auction, Stage.AWARDED)
    settles = state.level < _HALTED and auction.epoch in state.snapshots
    if settles and state.clock <= auction.deadline:
        raise Refused("WinnerHasTime")
    state.auctions[auction.id] = _resumed(state, auction)
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
    if not rules.pool or sender == rules.pool:
        return
    if not rules.pool_window <= elapsed <= rules.pool_window + rules.curve.duration:
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


def _settlement(
    state: LocalState, auction: LocalAuction, book: Book, declared: Mapping[str, int]
) -> Settlement:
    """What the award is for; raises Refused if the winner declares a smaller top-up or no slice."""
    terms = Terms(auction.discount, auction.reserved, auction.target)
    snapshot, level = state.snapshots[auction.epoch], state.rules.initial_level
    try:
        made = settlement(book, snapshot, terms, declared["lot_account"], level)
    except ProvingError:
        raise Refused("ProofInvalid: slice") from None
    if declared["top_up"] != made.top_up:
        raise Refused("ProofInvalid: lot")
    return made


def _open_lot(state: LocalState, auction: LocalAuction, made: Settlement) -> None:
    """The lot becomes the winner's own account."""
    lot = made.lot
    if lot.account in state.accounts:
        raise Refused("StatusWrong: lot")
    stored = LocalAccount(
        id=lot.account,
        phase=Phase.OPEN,
        commitment=commitment(lot),
        version=lot.version,
        owner=auction.winner,
        bounty=0,
        commit_epoch=auction.epoch,
        proven_epoch=auction.epoch,
    )
    state.accounts[lot.account] = stored


def _pay(state: LocalState, auction: LocalAuction, made: Settlement) -> None:
    """Price, top-up and fee from the winner; a deficit's payout in the order of capital."""
    part, top_up = made.slice, made.top_up
    waited = auction.bid_at - auction.started
    due = min(payout(0, part.deficit, waited, state.rules.payout_length), top_up)
    met = charge(due, Capital(insurance=state.money.insurance))
    fee = divide_up(part.price * state.rules.fee, BPS)
    state.pay(auction.winner, due - part.price - top_up - fee)
    state.money = replace(
        state.money,
        insurance=state.money.insurance - met.insurance + fee,
        insurance_used=state.money.insurance_used + met.insurance,
        socialised=state.money.socialised + met.socialised,
        bad_debt=state.money.bad_debt + part.deficit,
        fees=state.money.fees + fee,
    )


def _finish(
    state: LocalState, auction: LocalAuction, account: LocalAccount, made: Settlement
) -> None:
    """Stores the remainder; bidding goes on after a slice that does not restore the target."""
    part = made.slice
    replaced = replace(
        account,
        commitment=commitment(part.remainder),
        version=part.remainder.version,
        proven_epoch=0,
        commit_epoch=state.epoch,
    )
    if part.fraction == ONE or auction.target == state.rules.target:
        state.auctions[auction.id] = replace(auction, stage=Stage.SETTLED)
        state.accounts[account.id] = replace(
            replaced, proven_epoch=auction.epoch, phase=Phase.OPEN, beneficiary=""
        )
        return
    resumed = _resumed(state, auction)
    state.auctions[auction.id] = replace(
        resumed, version=replaced.version, reserved=auction.reserved + part.price
    )
    state.accounts[account.id] = replace(replaced, phase=Phase.IN_AUCTION)


def _resumed(state: LocalState, auction: LocalAuction) -> LocalAuction:
    """Bidding goes on where it stood: an award stops the auction's clock."""
    started = auction.started + state.clock - auction.bid_at
    return replace(auction, stage=Stage.BIDDING, started=started, winner="", deadline=0)
