# SPDX-License-Identifier: Apache-2.0
"""Money into vault, insurance and pools by commands, and out of them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chain.shell import Shell
from chain.world import HEALTHY_BOOK, World, undone

from zkmargin.chain.key import local_key
from zkmargin.chain.reserves import Reserves
from zkmargin.documents.book_document import write_book

pytestmark = pytest.mark.chain

SAVER, OTHER = "8", "6"
SAVER_ADDRESS, OTHER_ADDRESS = local_key(8).address, local_key(6).address


@pytest.fixture
def world(market: World) -> Iterator[World]:
    with undone(market):
        yield replace(market)


@pytest.fixture
def shell(world: World) -> Shell:
    return Shell(world)


def balance(world: World, who: str) -> int:
    return Reserves(world.system).balance(who)


def test_cash_comes_into_the_vault_and_leaves_by_the_queue(world: World, shell: Shell) -> None:
    shell.ask("vault", "deposit", "7", "1000.25", sender=SAVER)
    queued = shell.ask("vault", "withdraw", "7", "400.1", "--to", OTHER_ADDRESS)
    waiting = shell.ask("vault", "status", OTHER_ADDRESS)
    early = shell.run("vault", "claim", queued["withdrawal"])
    shell.run("time", "+172801")
    before = balance(world, OTHER_ADDRESS)
    claimed = shell.ask("vault", "claim", queued["withdrawal"], sender=SAVER)
    reserves = shell.ask("reserves")

    assert (waiting["queued"], waiting["worth"]) == ("400.1", "400.1")
    assert (early.exit_code, "WithdrawalNotReady" in early.stderr) == (1, True)
    assert (claimed["amount"], claimed["paid"]) == ("400.1", "400.1")
    assert balance(world, OTHER_ADDRESS) - before == 400_100_000
    assert (reserves["assets"], reserves["net_cash"], reserves["queued"]) == (
        *("600.15", "600.15"),
        "0",
    )


def test_only_settlement_queues_a_withdrawal(shell: Shell) -> None:
    shell.ask("vault", "deposit", "7", "1000", sender=SAVER)
    result = shell.run("vault", "withdraw", "7", "400", "--to", OTHER_ADDRESS, sender=SAVER)

    assert result.exit_code == 1
    assert "AccessControlUnauthorizedAccount" in result.stderr


def test_a_withdrawal_that_does_not_exist_is_not_paid(shell: Shell) -> None:
    result = shell.run("vault", "claim", "77")

    assert result.exit_code == 1
    assert "WithdrawalUnknown (id 77)" in result.stderr


def test_a_deposit_in_the_cash_pool_works_an_epoch_later_and_comes_back(
    world: World, shell: Shell
) -> None:
    shell.ask("cash-pool", "deposit", "800.5", sender=SAVER)
    queued = shell.ask("cash-pool", "status", SAVER_ADDRESS)
    early = shell.run("cash-pool", "activate", sender=SAVER)
    world.next_epoch()
    shell.ask("cash-pool", "activate", SAVER_ADDRESS, sender=OTHER)
    working = shell.ask("cash-pool", "status", SAVER_ADDRESS)
    shell.ask("cash-pool", "leave", "300", sender=SAVER)
    world.next_epoch()
    before = balance(world, SAVER_ADDRESS)
    paid = shell.ask("cash-pool", "withdraw", SAVER_ADDRESS, sender=OTHER)

    assert (queued["queued"], queued["deposit"]) == ("800.5", "0")
    assert (early.exit_code, "EpochNotEnded" in early.stderr) == (1, True)
    assert (working["queued"], working["deposit"]) == ("0", "800.5")
    assert (working["total"], working["capacity"]) == ("800.5", "799.5")
    assert (paid["amount"], paid["gain"]) == ("300", "0")
    assert balance(world, SAVER_ADDRESS) - before == 300_000_000
    assert shell.ask("cash-pool", "status", SAVER_ADDRESS)["deposit"] == "500.5"


def test_a_withdrawal_that_was_not_announced_is_refused(shell: Shell) -> None:
    result = shell.run("cash-pool", "withdraw", sender=SAVER)

    assert result.exit_code == 1
    assert "AmountZero" in result.stderr


def test_shares_are_bought_priced_and_sold_by_commands(world: World, shell: Shell) -> None:
    shell.ask("share-pool", "deposit", "40000", sender=SAVER)
    asked = shell.ask("share-pool", "status", SAVER_ADDRESS)
    early = shell.run("share-pool", "serve", sender=SAVER)
    world.next_epoch()
    shell.ask("share-pool", "price")
    shell.ask("share-pool", "serve", SAVER_ADDRESS)
    shell.ask("share-pool", "redeem", "10000", sender=SAVER)
    world.next_epoch()
    priced = shell.ask("share-pool", "price")
    before = balance(world, SAVER_ADDRESS)
    shell.ask("share-pool", "serve", sender=SAVER)
    after = shell.ask("share-pool", "status", SAVER_ADDRESS)

    assert asked["deposit"] == {"amount": "40000", "epoch": "1", "priced": False}
    assert asked["queued"] == "40000"
    assert (early.exit_code, "is priced" in early.stderr) == (1, True)
    assert (priced["value"], priced["supply"], priced["share"]) == ("40000", "40000", "0.999999")
    # 10,000 shares of 40,000 and a millionth, down
    assert balance(world, SAVER_ADDRESS) - before == 9_999_999_999
    assert (after["shares"], after["supply"], after["priced_epoch"]) == ("30000", "30000", "3")


def test_a_book_that_is_not_the_pool_s_does_not_price_it(shell: Shell, tmp_path: Path) -> None:
    write_book(book := tmp_path / "book.json", HEALTHY_BOOK)
    result = shell.run("share-pool", "price", str(book))

    assert result.exit_code == 2
    assert "account: got 7, is none of the pool's" in result.stderr


def test_a_gift_to_insurance_can_be_skimmed_above_the_buffer_only(
    world: World, shell: Shell
) -> None:
    shell.ask("insurance", "give", "900", sender=SAVER)
    below = shell.run("insurance", "skim")
    shell.ask("insurance", "give", "600.5", sender=SAVER)
    before = balance(world, OTHER_ADDRESS)
    shell.ask("insurance", "skim", "--to", OTHER_ADDRESS)

    assert (below.exit_code, "NoSurplus" in below.stderr) == (1, True)
    assert balance(world, OTHER_ADDRESS) - before == 500_500_000
    assert shell.ask("reserves")["insurance"] == "1000"


def test_without_a_loss_there_is_nothing_to_repair(shell: Shell) -> None:
    shell.ask("insurance", "give", "900", sender=SAVER)
    result = shell.run("insurance", "repair")

    assert result.exit_code == 1
    assert "NothingToRepair" in result.stderr


def test_fines_of_slashed_holders_are_collected_by_insurance(world: World, shell: Shell) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    nothing = shell.run("insurance", "collect")
    shell.ask("call", "7", sender=OTHER)
    for _ in range(3):
        world.next_epoch(seconds=3_700)
    shell.ask("holder", "slash", "7", sender=OTHER)
    collected = shell.ask("insurance", "collect")

    assert (nothing.exit_code, "nothing is owed" in nothing.stderr) == (1, True)
    assert collected["paid"] == {"holders": "900"}
    assert shell.ask("reserves")["insurance"] == "900"


def test_a_system_without_an_auction_house_has_no_funds(deployed: World) -> None:
    result = Shell(deployed).run("vault", "deposit", "7", "1")

    assert result.exit_code == 2
    assert "Vault: got 'not deployed'" in result.stderr
