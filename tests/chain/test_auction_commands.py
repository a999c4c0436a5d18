# SPDX-License-Identifier: Apache-2.0
"""The commands that liquidate an account, in the order in which they are needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chain.crash import LOST, SAVED
from chain.shell import Shell
from chain.world import OTHER_OWNER, OWNER, ROOT, World, undone

from zkmargin.chain.key import local_key
from zkmargin.commitment import commitment
from zkmargin.documents.book_document import load_book
from zkmargin.engine.chain_venue import ChainVenue
from zkmargin.registry.status import Status

pytestmark = pytest.mark.chain

BOOK = ROOT / "examples" / "strangle_book.json"
KEEPER, BIDDER, SAVER = "6", "7", "8"


@pytest.fixture(scope="module")
def fallen(market: World) -> Iterator[World]:
    """Account 21 is liquidatable, account 22 is open, after a crash."""
    world = replace(market)
    with undone(market):
        world.open(SAVED, OWNER, proven=False)
        world.open(LOST, OTHER_OWNER, proven=False)
        for _ in range(7):
            world.next_epoch(-600, seconds=600)
        reported = Shell(world).run("report", str(BOOK), sender=KEEPER)
        assert reported.exit_code == 0, reported.output
        yield world


@pytest.fixture
def world(fallen: World) -> Iterator[World]:
    with undone(fallen):
        yield replace(fallen)


def awarded(world: World) -> Shell:
    """Account 21's auction, won by BIDDER, one epoch later."""
    shell = Shell(world)
    shell.ask("auction", "start", "21", sender=KEEPER)
    world.next_epoch(seconds=600)
    shell.ask("auction", "bid", str(BOOK), sender=BIDDER)
    world.next_epoch()
    return shell


def test_an_account_is_liquidated_by_commands(world: World, tmp_path: Path) -> None:
    shell = awarded(world)
    lot, left = tmp_path / "lot.json", tmp_path / "left.json"
    holder = ["--holder", local_key(0).address]
    settled = shell.ask("auction", "settle", str(BOOK), "-o", str(lot), *holder, sender=BIDDER)
    shell.ask("auction", "remainder", str(BOOK), "-o", str(left))
    status = shell.ask("auction", "status", "21")
    state, sold = world.registry.account(21), world.registry.account(int(settled["lot"]))

    assert status["stage"] == "Settled"
    assert (state.status, state.commitment) == (Status.HEALTHY, commitment(load_book(left)))
    assert (sold.status, sold.commitment) == (Status.HEALTHY, commitment(load_book(lot)))
    assert lot.stat().st_mode & 0o077 == 0
    assert left.stat().st_mode & 0o077 == 0


def test_a_bidder_learns_the_price_before_it_bids(world: World) -> None:
    shell = Shell(world)
    shell.ask("auction", "start", "21", sender=KEEPER)
    world.next_epoch(seconds=600)
    result = shell.run("auction", "bid", str(BOOK), sender=BIDDER)
    status = shell.ask("auction", "status", "21")

    assert result.exit_code == 0
    assert "slice 0.4" in result.stderr
    assert status["stage"] == "Awarded"
    assert float(status["maxPrice"]) > 0


def test_a_keeper_is_let_in_when_the_view_of_the_engine_says_so(world: World) -> None:
    shell, connection = Shell(world), world.system.connection
    venue = ChainVenue(world.system, local_key(int(BIDDER)))
    shell.ask("auction", "start", "21", sender=KEEPER)
    early = shell.run("auction", "bid", str(BOOK), sender=BIDDER)
    seen = venue.view().auction_of(21)
    assert seen is not None
    connection.local_time(connection.time + seen.opens - seen.elapsed)
    opened = venue.view().auction_of(21)
    assert opened is not None
    bid = shell.run("auction", "bid", str(BOOK), sender=BIDDER)

    assert "PoolOnly" in early.stderr
    assert (seen.is_open, seen.opens, seen.closes, seen.ends) == (False, *times())
    assert (opened.is_open, opened.elapsed) == (True, opened.opens)
    assert bid.exit_code == 0, bid.output


def test_without_a_pool_all_may_bid_as_long_as_the_curve_lasts(world: World) -> None:
    Shell(world).ask("auction", "start", "21", sender=KEEPER)
    deployment = world.system.deployment
    others = {n: c for n, c in deployment.contracts.items() if n != "PoolVault"}
    alone = replace(world.system, deployment=replace(deployment, contracts=others))
    seen = ChainVenue(alone, local_key(int(BIDDER))).view().auction_of(21)
    opens, closes, _ = times()

    assert seen is not None
    assert (seen.opens, seen.closes, seen.ends) == (0, closes - opens, closes - opens)


def times() -> tuple[int, int, int]:
    """When all may bid, until when, and until when the pool may, by the house's parameters."""
    file = ROOT / "zkmargin" / "data" / "deployments" / "liquidation.json"
    params = json.loads(file.read_text())["auction"]
    opens, curve, after = (
        params["poolWindow"],
        params["curve"]["duration"],
        params["backstopWindow"],
    )
    return int(opens), int(opens) + int(curve), int(opens) + int(curve) + int(after)


def test_only_the_winner_settles(world: World, tmp_path: Path) -> None:
    shell = awarded(world)
    output = ["-o", str(tmp_path / "lot.json")]
    result = shell.run("auction", "settle", str(BOOK), *output, sender=KEEPER)

    assert result.exit_code == 2
    assert f"winner: got '{local_key(int(BIDDER)).address}', must be" in result.stderr
    assert not (tmp_path / "lot.json").exists()


def test_the_manager_of_the_share_pool_bids_settles_and_funds_for_it(
    world: World, tmp_path: Path
) -> None:
    shell, lot = Shell(world), tmp_path / "lot.json"
    enter_share_pool(world, shell)
    shell.ask("auction", "start", "21", sender=KEEPER)
    stranger = shell.run("auction", "bid", str(BOOK), "--pool", sender=KEEPER)
    shell.ask("auction", "bid", str(BOOK), "--pool")
    world.next_epoch()
    private = shell.run("auction", "settle", str(BOOK), "-o", str(lot))
    settled = shell.ask("auction", "settle", str(BOOK), "--pool", "-o", str(lot))
    funded = shell.ask("share-pool", "fund", settled["lot"], "12.5")
    pool = shell.ask("share-pool", "status")

    assert (stranger.exit_code, "SenderNotManager" in stranger.stderr) == (1, True)
    assert (private.exit_code, "winner" in private.stderr) == (2, True)
    assert pool["accounts"] == [settled["lot"]]
    assert "Funded" in [event["name"] for event in funded["events"]]


def enter_share_pool(world: World, shell: Shell) -> None:
    """The pool has cash to bid with."""
    shell.ask("share-pool", "deposit", "40000", sender=SAVER)
    world.next_epoch()
    shell.ask("share-pool", "price")


def test_a_winner_whose_time_is_over_is_slashed(world: World) -> None:
    shell = awarded(world)
    early = shell.run("auction", "slash", "21")
    world.next_epoch(seconds=1_500)
    late = shell.ask("auction", "slash", "21")

    assert early.exit_code == 1
    assert "WinnerHasTime" in early.stderr
    assert "WinnerSlashed" in [event["name"] for event in late["events"]]
    assert shell.ask("auction", "status", "21")["stage"] == "Bidding"


def test_an_auction_that_is_open_for_bids_does_not_end(world: World) -> None:
    shell = Shell(world)
    shell.ask("auction", "start", "21", sender=KEEPER)
    result = shell.run("auction", "end", "21")

    assert result.exit_code == 1
    assert "BiddingRuns" in result.stderr


def test_a_healthy_account_has_no_auction_to_start(world: World) -> None:
    result = Shell(world).run("auction", "start", "22", sender=KEEPER)

    assert result.exit_code == 1
    assert "StatusWrong" in result.stderr


def test_an_account_that_was_never_in_an_auction_says_so(world: World) -> None:
    shell = Shell(world)
    status, slash = (shell.run("auction", name, "22") for name in ("status", "slash"))

    assert (status.exit_code, slash.exit_code) == (1, 2)
    assert "never" in status.stderr
    assert "has never been in an auction" in slash.stderr


def test_the_reserves_are_public_totals(world: World) -> None:
    answer = Shell(world).ask("reserves")

    assert (answer["assets"], answer["unbacked"], answer["credit_rate"]) == ("0", "0", "1")
