# SPDX-License-Identifier: Apache-2.0
"""The settlement of an award at a venue in this process, and how bidding goes on after one.

Twin of the settlement in verifier/src/LiquidationAuction.sol; the money goes where AuctionMoney.sol
sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zkmargin.auction_stage import Stage
from zkmargin.book import Book
from zkmargin.commitment import commitment
from zkmargin.engine.action import Action
from zkmargin.engine.local_registry import committed_book, is_healthy, require_level_below
from zkmargin.engine.local_state import LocalAccount, LocalAuction, LocalState, Refused
from zkmargin.engine.view import ONE
from zkmargin.errors import ProvingError
from zkmargin.fixed import divide_up
from zkmargin.liquidation import Terms
from zkmargin.loss_waterfall import Capital, charge
from zkmargin.price_curve import payout
from zkmargin.registry.account_status import Phase
from zkmargin.settlement import Settlement, settlement
from zkmargin.units import BPS

_HALTED = 3  # breaker level


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


def resumed(state: LocalState, auction: LocalAuction) -> LocalAuction:
    """The auction, whose bidding goes on where it stood: an award stops the auction's clock."""
    started = auction.started + state.clock - auction.bid_at
    return replace(auction, stage=Stage.BIDDING, started=started, winner="", deadline=0)


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
    pool = state.cash_pool
    met = charge(due, Capital(pool=pool.capacity, insurance=state.money.insurance))
    pool.absorb(met.pool)
    fee = divide_up(part.price * state.rules.fee, BPS)
    shared = pool.earn(fee * state.rules.pool_share // BPS)
    state.pay(auction.winner, due - part.price - top_up - fee)
    state.money = replace(
        state.money,
        pool_used=state.money.pool_used + met.pool,
        insurance=state.money.insurance - met.insurance + fee - shared,
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
    state.auctions[auction.id] = replace(
        resumed(state, auction), version=replaced.version, reserved=auction.reserved + part.price
    )
    state.accounts[account.id] = replace(replaced, phase=Phase.IN_AUCTION)
