# SPDX-License-Identifier: Apache-2.0
"""`chain auction status`: what the chain says of an account's latest auction."""

from __future__ import annotations

from typing import Final

import click

from zkmargin.auction_stage import Stage
from zkmargin.chain.auction import AuctionHouse, AuctionState
from zkmargin.chain.registry import Registry
from zkmargin.commands.chain_options import ChainOptions, chain_options
from zkmargin.commands.terminal import answer_no, as_json, next_step, print_json, say, show
from zkmargin.documents.decimal_text import exact_text
from zkmargin.documents.writing import Json
from zkmargin.errors import SettingError
from zkmargin.report import money_text
from zkmargin.units import BPS, FRACTION_ONE, QUOTE

_NEXT: Final = {
    Stage.BIDDING: "zkmargin chain auction bid BOOK",
    Stage.AWARDED: "the winner: zkmargin chain auction settle BOOK",
    Stage.SETTLED: "the owner: zkmargin chain auction remainder BOOK",
    Stage.CURED: "zkmargin chain status {account}",
    Stage.FAILED: "zkmargin chain auction start {account}",
}


@click.command("status")
@click.argument("account", type=int)
@chain_options
@as_json
def command(account: int, chain: ChainOptions, as_json: bool) -> None:
    """What the chain says of the latest auction of ACCOUNT. Exit code 1 if it never had one."""
    system = chain.system()
    house = AuctionHouse(system)
    id_ = house.auction_of(account)
    if id_ == 0:
        say(f"account {account} was never in an auction")
        next_step(f"zkmargin chain status {account}")
        answer_no()
    auction = house.auction(id_)
    if as_json:
        print_json(_document(auction))
    else:
        show("\n".join(_lines(auction, Registry(system).clock())))
    next_step(_NEXT[auction.stage].format(account=account))


def running_auction(house: AuctionHouse, account: int) -> AuctionState:
    """The latest auction of an account; raises SettingError if it never had one."""
    if (id_ := house.auction_of(account)) == 0:
        rule = f"has never been in an auction: zkmargin chain auction start {account}"
        raise SettingError("account", account, rule)
    return house.auction(id_)


def _lines(auction: AuctionState, clock: int) -> list[str]:
    factor, target = exact_text(auction.discount, FRACTION_ONE), exact_text(auction.target, BPS)
    lines = [f"auction {auction.id} of account {auction.account}: {auction.stage.word}"]
    if auction.stage is Stage.BIDDING:
        lines.append(f"price factor {factor} now, {clock - auction.startedAt} s after its start")
    if auction.stage is Stage.AWARDED:
        left = auction.deadline - clock
        lines.append(f"won by {auction.winner}, who has {left} s to settle")
        lines.append(f"price factor {factor}, epoch {auction.epoch}, target {target}")
        lines.append(f"at most {money_text(auction.maxPrice)}; bond {money_text(auction.bond)}")
    if auction.reserved:
        lines.append(f"earlier slices paid {money_text(auction.reserved)}")
    return lines


def _document(auction: AuctionState) -> dict[str, Json]:
    money = ("bond", "maxPrice", "reserved")
    return {
        "account": str(auction.account),
        "auction": str(auction.id),
        "stage": auction.stage.word,
        "version": str(auction.version),
        "epoch": str(auction.epoch),
        "factor": exact_text(auction.discount, FRACTION_ONE),
        "target": exact_text(auction.target, BPS),
        "winner": auction.winner,
        "deadline": str(auction.deadline),
        **{name: exact_text(getattr(auction, name), QUOTE) for name in money},
    }
