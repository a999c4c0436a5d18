# SPDX-License-Identifier: Apache-2.0
"""The engine with its store: it liquidates once, its log replays, reorganisations are followed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from liquidation_market import START, market, opened_chain, short_put_book

from zkmargin.engine.action import Kind
from zkmargin.engine.chain_follower import ReorganisedTooDeepError
from zkmargin.engine.decision import Policy
from zkmargin.engine.decision_log import LogBrokenError, chained, replay
from zkmargin.engine.engine import Engine
from zkmargin.engine.local_chain import LocalChain
from zkmargin.engine.local_venue import LocalVenue, OpeningAttestor
from zkmargin.engine.opening import OpeningsDirectory
from zkmargin.engine.store import Store, StoreError
from zkmargin.engine.view import BlockId
from zkmargin.registry.account_status import Phase
from zkmargin.units import QUOTE

CRASH = 2_700 * QUOTE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'engine.db'}")
    yield opened
    opened.close()


@pytest.fixture
def chain() -> LocalChain:
    return opened_chain([short_put_book(1, 9_000), short_put_book(2, 60_000)])


def _engine(
    chain: LocalChain, store: Store, directory: Path, policy: Policy | None = None
) -> Engine:
    openings = OpeningsDirectory(directory / "openings")
    for book in (short_put_book(1, 9_000), short_put_book(2, 60_000)):
        openings.keep(book)
    venue, level = LocalVenue(chain, "keeper"), chain.state.rules.initial_level
    return Engine(
        venue, store, openings, OpeningAttestor(), policy or Policy(), initial_level=level
    )


def _run(engine: Engine, chain: LocalChain, first: int, end: int) -> None:
    for epoch in range(first, end):
        chain.publish(market(epoch, CRASH), seconds=60)
        engine.step()
        chain.mine(12)
    engine.step()


def _done(store: Store, account: int) -> list[Kind]:
    return [i.action.kind for i in store.intents("done") if i.action.account == account]


def test_an_account_is_liquidated_once(chain: LocalChain, store: Store, tmp_path: Path) -> None:
    _run(_engine(chain, store, tmp_path), chain, 3, 14)
    expected = [Kind.REPORT, Kind.START, Kind.BID, Kind.SETTLE]
    assert _done(store, 1) == expected
    assert chain.state.accounts[1].version == 2
    assert set(_done(store, 2)) == {Kind.PROVE}


def test_an_auction_that_failed_is_started_again(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    engine = _engine(chain, store, tmp_path, Policy(most_factor=0))
    for epoch in range(3, 22):
        chain.publish(market(epoch, CRASH), seconds=3_600)
        engine.step()
        chain.mine(12)
    engine.step()
    assert _done(store, 1) == [Kind.REPORT, Kind.START, Kind.FAIL, Kind.START]
    engine.policy = Policy()
    _run(engine, chain, 22, 27)
    assert _done(store, 1)[4:6] == [Kind.BID, Kind.SETTLE]


def test_an_engine_that_starts_anew_at_every_step_does_the_same(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    for epoch in range(3, 14):
        chain.publish(market(epoch, CRASH), seconds=60)
        _engine(chain, store, tmp_path).step()
        chain.mine(12)
    _engine(chain, store, tmp_path).step()
    assert _done(store, 1) == [Kind.REPORT, Kind.START, Kind.BID, Kind.SETTLE]


def test_the_log_replays_to_the_same_decisions(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    _run(_engine(chain, store, tmp_path), chain, 3, 14)
    assert replay(store.log()) == len(list(store.log())) > 5


def test_a_log_that_was_changed_does_not_replay(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    _run(_engine(chain, store, tmp_path), chain, 3, 9)
    lines = list(store.log())
    with pytest.raises(LogBrokenError, match="decision 2: the entry was changed"):
        replay([lines[0], replace(lines[1], entry=lines[1].entry + " "), *lines[2:]])
    with pytest.raises(LogBrokenError, match="decision 2: an entry is missing"):
        replay([lines[0], *lines[2:]])
    document = json.loads(lines[0].entry)
    document["reason"] = "no reason"
    forged = chained(1, lines[0].previous, json.dumps(document))
    with pytest.raises(LogBrokenError, match="decided otherwise"):
        replay([forged])


@pytest.mark.parametrize("depth", range(1, 9))
@pytest.mark.parametrize("kept", [True, False])
def test_a_reorganisation_of_up_to_eight_blocks_neither_loses_nor_repeats_a_step(
    chain: LocalChain, store: Store, tmp_path: Path, depth: int, kept: bool
) -> None:
    engine = _engine(chain, store, tmp_path)
    for _ in range(9):
        chain.mine(1)
    _run(engine, chain, 3, 7)
    chain.reorganise(depth, keep=kept)
    for epoch in range(chain.state.epoch + 1, 18):
        chain.publish(market(epoch, CRASH), seconds=60)
        engine.step()
        chain.mine(12)
    assert chain.state.accounts[1].version == 2
    settled = [a for a in chain.state.auctions.values() if a.account == 1]
    assert len(settled) == 1
    assert replay(store.log()) > 0
    assert store.followed()[0] in (chain.head, chain.block(chain.head.number - 1))


def test_events_of_blocks_that_are_gone_are_taken_back(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    engine = _engine(chain, store, tmp_path)
    _run(engine, chain, 3, 6)
    assert "LIQUIDATABLE" in {e.name for e in store.events()}
    reported = next(e.number for e in store.events() if e.name == "LIQUIDATABLE")
    chain.reorganise(chain.head.number - reported + 1, keep=False)
    chain.mine(1)
    assert engine._follower.follow() > 0
    assert "LIQUIDATABLE" not in {e.name for e in store.events()}


def test_a_chain_without_a_common_block_stops_the_engine(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    _engine(chain, store, tmp_path).step()
    other = opened_chain([short_put_book(3, 9_000)])
    other.reorganise(100)
    other._ids[0] = BlockId(0, "0xother", "")  # another genesis
    for _ in range(5):
        other.mine(5)
    with pytest.raises(ReorganisedTooDeepError):
        _engine(other, store, tmp_path).step()


def test_an_action_whose_account_has_changed_is_abandoned(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    engine = _engine(chain, store, tmp_path)
    for epoch in (3, 4):
        chain.publish(market(epoch, CRASH))
    seen = {s.account.id: (s, d) for s, d in engine._decisions()}
    engine._record(*seen[1])
    chain.open(replace(short_put_book(1, 90_000), version=2), "owner", 0)
    engine._outbox.dispatch()
    (intent,) = store.intents("abandoned")
    assert intent.action.kind == Kind.REPORT
    assert intent.note == "the account has changed since the decision"
    assert chain.state.accounts[1].phase == Phase.OPEN


def test_the_same_step_is_intended_once(chain: LocalChain, store: Store, tmp_path: Path) -> None:
    engine = _engine(chain, store, tmp_path)
    for epoch in (3, 4):
        chain.publish(market(epoch, CRASH))
    (made,) = [(s, d) for s, d in engine._decisions() if s.account.id == 1]
    assert engine._record(*made)
    assert engine._record(*made) is None
    assert len(store.intents()) == 1


def test_two_engines_on_one_store_send_a_step_once(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    first, second = (_engine(chain, store, tmp_path) for _ in range(2))
    for epoch in range(3, 14):
        chain.publish(market(epoch, CRASH), seconds=60)
        seen = [s for engine in (first, second) for s in engine._decisions()]
        for situation, decision in seen:
            first._record(situation, decision)
        waiting = store.intents("intended")
        for engine in (second, first):
            for intent in waiting:
                engine._outbox._dispatch(intent)
        chain.mine(12)
        first.step()
    sent = [i.action.key for i in store.intents("sent", "done", "refused")]
    assert len(sent) == len(set(sent))
    assert chain.nonce("keeper") == len(store.intents("done", "refused"))
    assert chain.state.accounts[1].version == 2


def test_a_refused_step_is_decided_again(chain: LocalChain, store: Store, tmp_path: Path) -> None:
    engine = _engine(chain, store, tmp_path)
    _run(engine, chain, 3, 5)  # reported, and the start waits for a block
    chain.mine(1, lambda state: setattr(state, "level", 2))
    engine.step()
    (refused,) = store.intents("refused")
    assert (refused.action.kind, refused.note) == (Kind.START, "OracleLevelTooHigh")
    chain.mine(1, lambda state: setattr(state, "level", 0))
    _run(engine, chain, 5, 14)
    assert chain.state.accounts[1].version == 2


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the store cannot be opened"):
        Store.open(f"sqlite:///{tmp_path}/no/such/directory.db")


def test_nothing_happens_while_the_market_holds(
    chain: LocalChain, store: Store, tmp_path: Path
) -> None:
    engine = _engine(chain, store, tmp_path)
    for epoch in range(3, 9):
        chain.publish(market(epoch, START), seconds=60)
        engine.step()
        chain.mine(12)
    assert {i.action.kind for i in store.intents()} == {Kind.PROVE}
