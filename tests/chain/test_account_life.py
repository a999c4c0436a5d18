# SPDX-License-Identifier: Apache-2.0
"""An account from its opening to a shortfall, with real proofs on a real chain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain.world import (
    CALLER,
    HEALTHY_BOOK,
    INITIAL_LEVEL,
    OTHER_OWNER,
    OWNER,
    SHORT_BOOK,
    VENUE,
    World,
)

from zkmargin.chain.account import AdvanceKind
from zkmargin.chain.statements import prove_for, prove_short_for
from zkmargin.commitment import commitment
from zkmargin.errors import BookError, Reverted
from zkmargin.margin_proof import prove_margin
from zkmargin.registry.status import Status

pytestmark = pytest.mark.chain

ACCOUNT = HEALTHY_BOOK.account


def owed(world: World, who: str) -> int:
    return int(world.system.connection.call(world.system.registry.functions.owed(who)))


def test_an_account_that_is_opened_with_a_proof_is_healthy(world: World) -> None:
    receipt = world.open(HEALTHY_BOOK)
    state = world.registry.account(ACCOUNT)

    assert state.status is Status.HEALTHY
    assert state.commitment == commitment(HEALTHY_BOOK)
    assert state.owner == OWNER.address
    assert receipt.event("Proven").arguments["level"] == INITIAL_LEVEL


def test_an_account_that_is_opened_without_a_proof_is_stale(world: World) -> None:
    world.open(HEALTHY_BOOK, proven=False)

    assert world.status(ACCOUNT) is Status.STALE


def test_the_registry_demands_the_domain_of_the_deployment_file(world: World) -> None:
    margin, shortfall = world.system.connection.call(world.system.registry.functions.domains())

    assert margin == world.system.deployment.domain("margin")
    assert shortfall == world.system.deployment.domain("shortfall")


def test_an_account_is_stale_after_the_market_moved(world: World) -> None:
    world.open(HEALTHY_BOOK)
    world.next_epoch(-800)

    assert world.status(ACCOUNT) is Status.STALE


def test_an_account_is_healthy_after_an_epoch_without_a_move(world: World) -> None:
    world.open(HEALTHY_BOOK)
    world.next_epoch(-100)

    assert world.status(ACCOUNT) is Status.HEALTHY


def test_a_healthy_account_cannot_be_called(world: World) -> None:
    world.open(HEALTHY_BOOK)

    with pytest.raises(Reverted, match=r"StatusWrong .*status Healthy.*not open to an account"):
        world.registry.call(CALLER, ACCOUNT)


def test_a_call_that_is_answered_pays_the_owner(world: World) -> None:
    world.open(HEALTHY_BOOK)
    world.next_epoch(-800)
    world.registry.call(CALLER, ACCOUNT)
    called = world.status(ACCOUNT)
    before = owed(world, OWNER.address)
    receipt = world.registry.prove(CALLER, 2, world.margin_proof(HEALTHY_BOOK))

    assert called is Status.CALLED
    assert receipt.event("CallAnswered").arguments["account"] == ACCOUNT
    assert world.status(ACCOUNT) is Status.HEALTHY
    assert owed(world, OWNER.address) - before == world.registry.params()["callBond"]


def test_a_proof_older_than_the_call_does_not_answer_it(world: World) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    first = world.margin_proof(HEALTHY_BOOK)
    world.next_epoch(-800)
    world.registry.call(CALLER, ACCOUNT)

    with pytest.raises(Reverted, match=r"EpochBeforeCall \(epoch 1, callEpoch 2\)"):
        world.registry.prove(OWNER, 1, first)


def test_a_proof_for_another_contract_is_refused(world: World) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    domain = world.system.deployment.domain("margin") + 1
    size = world.system.deployment.preset("margin")
    proof = prove_margin(HEALTHY_BOOK, world.market, domain=domain, preset=size)

    with pytest.raises(Reverted, match="ProofInvalid"):
        world.registry.prove(OWNER, 1, proof)


def test_a_proof_counts_once(world: World) -> None:
    world.open(HEALTHY_BOOK)

    with pytest.raises(Reverted, match="EpochNotNewer"):
        world.registry.prove(OWNER, 1, world.margin_proof(HEALTHY_BOOK))


def test_a_short_book_that_is_reported_is_liquidatable_at_once(world: World) -> None:
    world.open(SHORT_BOOK, OTHER_OWNER, proven=False)
    proof = prove_short_for(world.system.deployment, SHORT_BOOK, world.market, CALLER.address)
    world.next_epoch()
    receipt = world.registry.report_shortfall(OWNER, 1, proof)

    assert world.status(SHORT_BOOK.account) is Status.LIQUIDATABLE
    reported = receipt.event("ShortfallReported").arguments
    assert int(reported["beneficiary"], 16) == int(CALLER.address, 16)


def test_a_shortfall_of_the_latest_epoch_is_too_fresh(world: World) -> None:
    world.open(SHORT_BOOK, OTHER_OWNER, proven=False)
    proof = prove_short_for(world.system.deployment, SHORT_BOOK, world.market, CALLER.address)

    with pytest.raises(Reverted, match="EpochTooFresh"):
        world.registry.report_shortfall(CALLER, 1, proof)


def test_a_deposit_during_a_call_answers_it(world: World) -> None:
    world.open(HEALTHY_BOOK)
    world.next_epoch(-800)
    world.registry.call(CALLER, ACCOUNT)
    richer = replace(HEALTHY_BOOK, version=2, cash=HEALTHY_BOOK.cash + 10**9)
    proof = prove_for(world.system.deployment, richer, world.market)
    world.registry.advance(richer, AdvanceKind.DEPOSIT, OWNER, VENUE, proof)
    state = world.registry.account(ACCOUNT)

    assert (state.status, state.version) == (Status.HEALTHY, 2)


def test_the_owners_signature_is_needed(world: World) -> None:
    world.open(HEALTHY_BOOK)
    richer = replace(HEALTHY_BOOK, version=2, cash=HEALTHY_BOOK.cash + 10**9)

    with pytest.raises(Reverted, match="SignatureInvalid"):
        world.registry.advance(richer, AdvanceKind.DEPOSIT, OTHER_OWNER, VENUE)


def test_the_settlement_role_is_needed(world: World) -> None:
    bounty = world.registry.params()["minBounty"]

    with pytest.raises(Reverted, match="SenderNotSettlement"):
        world.registry.open(HEALTHY_BOOK, OWNER, OWNER, VENUE.address, bounty)


def test_a_book_of_another_version_is_refused_before_anything_is_sent(world: World) -> None:
    with pytest.raises(BookError, match="version: got 3, must be 1: account 7 is at version 0"):
        world.open(replace(HEALTHY_BOOK, version=3), proven=False)


def test_another_book_than_the_accounts_is_refused(world: World) -> None:
    world.open(HEALTHY_BOOK, proven=False)
    state = world.registry.account(ACCOUNT)

    with pytest.raises(BookError, match="is committed to another book"):
        world.registry.check_book(replace(HEALTHY_BOOK, cash=1), state)
