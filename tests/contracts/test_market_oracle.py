# SPDX-License-Identifier: Apache-2.0
"""The oracle's contract and its Python twin agree, event by event, refusals by name."""

from __future__ import annotations

import random
from dataclasses import astuple, replace
from typing import Any

import pytest
from contracts.evm import SENDER, Build, Contract, Evm, Reverted
from contracts.oracle_steps import (
    DELAYS,
    FEED,
    START,
    VARIANCE,
    WAITS,
    random_ladder,
    random_publication,
)
from eth_abi import encode
from eth_hash.auto import keccak
from eth_keys import keys

from zkmargin.errors import OracleRefusal
from zkmargin.market_oracle.market_oracle import MarketOracle
from zkmargin.market_oracle.publication import Publication
from zkmargin.market_oracle.realised_variance import MAX_VARIANCE, effective
from zkmargin.market_oracle.rules import FeedRules
from zkmargin.market_oracle.rung_ladder import Ladder, Rung
from zkmargin.market_oracle.twap_buffer import SIZE

pytestmark = pytest.mark.chain

SIGNER = keys.PrivateKey(keccak(b"signer of a test"))
STEPS = 1200
RUNGS = "(uint64,uint256)[]"


class Both:
    """The contract and its twin, given the same events."""

    def __init__(self, build: Build, ladder: Ladder, feed: FeedRules = FEED) -> None:
        self.evm = Evm()
        self.evm.warp(START)
        poseidon = build.deploy(self.evm, "PoseidonT6")
        self.contract: Contract = build.deploy(
            self.evm,
            "MarketOracle",
            astuple(feed),
            astuple(VARIANCE),
            SENDER,
            [SIGNER.public_key.to_address()],
            1,
            [astuple(rung) for rung in ladder],
            libraries={"PoseidonT6": poseidon.address},
        )
        for role in ("GUARDIAN_ROLE", "REPORTER_ROLE"):
            self.contract.call("grantRole", self.contract.call(role), SENDER)
        self.twin = MarketOracle(feed, VARIANCE, ladder)

    def outcome(self, function: str, arguments: list[object], twin: Any) -> tuple[str, str]:
        """The errors of both, "" for none."""
        errors = ["", ""]
        try:
            self.contract.call(function, *arguments)
        except Reverted as reverted:
            errors[0] = reverted.error
        try:
            twin()
        except OracleRefusal as refusal:
            errors[1] = refusal.error
        return errors[0], errors[1]

    def publish(self, made: Publication, data: bytes) -> tuple[str, str]:
        made = replace(made, data_hash=bytes(keccak(data)))
        arguments = [astuple(made), data, [self.signature(made)]]
        return self.outcome("publish", arguments, lambda: self.twin.publish(made, self.evm.time))

    def trip_equivocation(self, made: Publication) -> tuple[str, str]:
        arguments = [astuple(made), [self.signature(made)]]
        return self.outcome(
            "tripEquivocation", arguments, lambda: self.twin.trip_equivocation(made)
        )

    def trip_silence(self) -> tuple[str, str]:
        return self.outcome("tripSilence", [], lambda: self.twin.trip_silence(self.evm.time))

    def trip_by_hand(self, level: int) -> tuple[str, str]:
        return self.outcome(
            "tripByGuardian", [level], lambda: self.twin.trip_by_guardian(level, self.evm.time)
        )

    def trip_contradiction(self) -> tuple[str, str]:
        return self.outcome("tripContradiction", [], self.twin.trip_contradiction)

    def resume(self) -> tuple[str, str]:
        return self.outcome("resume", [], lambda: self.twin.resume(self.evm.time))

    def change_ladder(self, ladder: Ladder) -> tuple[str, str]:
        rungs = [astuple(rung) for rung in ladder]
        selector = keccak(f"changeLadder({RUNGS})".encode())[:4]
        body = encode(["bytes4", RUNGS], [selector, rungs])
        self.contract.call("scheduleChange", bytes(keccak(body)))
        self.evm.warp(self.evm.time + FEED.timelock)
        return self.outcome("changeLadder", [rungs], lambda: self.twin.change_ladder(ladder))

    def signature(self, made: Publication) -> bytes:
        digest = self.contract.call("publicationDigest", astuple(made))
        raw = SIGNER.sign_msg_hash(digest).to_bytes()
        return raw[:64] + bytes([raw[64] + 27])

    def states(self, epoch: int) -> tuple[list[object], list[object]]:
        """Everything that can be read, of the contract and of the twin."""
        call, twin, present = self.contract.call, self.twin, self.evm.time
        names = ("level", "latestEpoch", "twap", "realisedVariance", "rung", "selectedParams")
        seen = [call(name) for name in names]
        seen += [call("levelUntil", level) for level in (1, 2, 3)]
        seen += [call("isUsableAgainst", epoch), call("snapshotHash", epoch)]
        kept = twin.snapshot(epoch)
        known: list[object] = [twin.level(present), twin.latest, twin.twap, twin.variance]
        known += [twin.rung, twin.selected_params, *twin.breaker.until.values()]
        known += [twin.is_usable_against(epoch, present), kept.hash if kept else 0]
        if kept:
            seen.append(call("snapshot", epoch))
            known.append(astuple(kept))
        return seen, known


def random_event(source: random.Random, both: Both) -> tuple[str, str]:
    """One event, mostly a publication."""
    both.evm.warp(both.evm.time + source.choice(WAITS))
    kind = source.random()
    if kind < 0.9:
        made = random_publication(source, both.twin, both.evm.time)
        return both.publish(made, source.randbytes(source.randrange(40)))
    if kind < 0.93:
        made = random_publication(source, both.twin, both.evm.time)
        epoch = max(both.twin.latest - source.choice((0, 1, 23, 24)), 0)
        kept = both.twin.snapshot(epoch)
        time = kept.timestamp + source.choice((0, 0, 1)) if kept else both.evm.time
        return both.trip_equivocation(replace(made, epoch=epoch, timestamp=time))
    if kind < 0.96:
        return both.trip_silence()
    if kind < 0.97:
        return both.trip_by_hand(source.choice((1, 2, 3)))
    if kind < 0.975:
        return both.trip_contradiction()
    if kind < 0.99:
        return both.resume()
    return both.change_ladder(random_ladder(source))


def test_contract_and_twin_agree_on_random_events(build: Build, source: random.Random) -> None:
    both = Both(build, random_ladder(source))
    refusals, rungs, levels = set(), set(), set()
    for number in range(STEPS):
        in_solidity, in_python = random_event(source, both)
        assert in_solidity == in_python, number
        epoch = max(both.twin.latest - source.choice((0, 0, 1, 2, 23, 24, -1)), 0)
        seen, known = both.states(epoch)
        assert seen == known, number
        refusals.add(in_python)
        rungs.add(both.twin.rung)
        levels.add(both.twin.level(both.evm.time))

    assert both.twin.latest > 600
    assert levels == {0, 1, 2, 3}
    assert len(rungs) > 10
    assert refusals == {
        "",
        "EpochNotNext",
        "TimeInFuture",
        "PublicationTooOld",
        "TimeNotMonotone",
        "FieldStale",
        "PriceZero",
        "ParamsNotSelected",
        "HashInputNotCanonical",
        "EpochUnknown",
        "EvidenceInsufficient",
    }


def test_they_agree_on_an_average_over_more_than_the_ring_keeps(
    build: Build, source: random.Random
) -> None:
    both = Both(build, random_ladder(source), replace(FEED, twap_window=10**6))
    while both.twin.latest < SIZE + 60:
        in_solidity, in_python = random_event(source, both)
        assert in_solidity == in_python
        seen, known = both.states(both.twin.latest)
        assert seen == known


@pytest.mark.parametrize("delay", DELAYS)
def test_both_accept_a_snapshot_up_to_the_same_age(
    build: Build, source: random.Random, delay: int
) -> None:
    both = Both(build, random_ladder(source))
    made = replace(
        random_publication(source, both.twin, START), epoch=1, timestamp=START - delay,
        index=10**9, perp_mark=10**9, rest=1, params_hash=both.twin.selected_params,
        index_time=START - delay, perp_time=START - delay, surface_time=START - delay,
    )  # fmt: skip

    assert both.publish(made, b"") == (("", "") if delay <= 120 else ("PublicationTooOld",) * 2)


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_both_give_up_a_rung_at_the_end_of_its_hold(build: Build, late: int) -> None:
    prices = {0: 10**9, 60: 101 * 10**7, 60 + VARIANCE.hold_down + late: 101 * 10**7}
    probe, variances = MarketOracle(FEED, VARIANCE, [Rung(MAX_VARIANCE, 1)]), []
    for wait, price in prices.items():
        probe.publish(calm(probe, START + wait, price), START + wait)
        variances.append(effective(VARIANCE, probe.variance))
    bound = (variances[1] + variances[2]) // 2
    both = Both(build, [Rung(bound, 1), Rung(MAX_VARIANCE, 2)])
    places = []
    for wait, price in prices.items():
        both.evm.warp(START + wait)
        assert both.publish(calm(both.twin, START + wait, price), b"") == ("", "")
        assert both.contract.call("rung") == both.twin.rung
        places.append(both.twin.place)

    assert places == [0, 1, 0 if late >= 0 else 1]


def calm(twin: MarketOracle, time: int, price: int) -> Publication:
    """The next publication of a market without a basis."""
    head = (twin.latest + 1, time, time, time, time)
    return Publication(*head, price, price, 1, twin.selected_params)
