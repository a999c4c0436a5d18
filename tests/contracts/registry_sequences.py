# SPDX-License-Identifier: Apache-2.0
"""Random sequences of registry events, each about one account, and the digest that Python expects.

Events prefer what the account's status makes interesting, and times on either side of its limits.
Whether a proof is needed is decided by asking the state machine: where it refuses before the proof
is looked at, the file says that none need be made.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

from contracts.registry_world import FEED, PRICE, RULES, Kind, Step, World

from zkmargin.registry.account_status import status_of
from zkmargin.registry.status import Status

LIKELY: Final[dict[Status, tuple[Kind, ...]]] = {
    Status.NONE: (Kind.OPEN,) * 6 + (Kind.PROVE, Kind.CALL),
    Status.HEALTHY: (Kind.ADVANCE, Kind.PROVE, Kind.SHORTFALL, Kind.CLOSE, Kind.BATCH, Kind.CALL),
    Status.STALE: (Kind.CALL,) * 3 + (Kind.SHORTFALL,) * 3 + (Kind.PROVE, Kind.ADVANCE, Kind.BATCH),
    Status.CALLED: (Kind.PROVE, Kind.ADVANCE, Kind.EXPIRE, Kind.SHORTFALL, Kind.BATCH, Kind.CALL),
    Status.PRESUMED: (Kind.SLASH,) * 6 + (Kind.EXPIRE, Kind.PROVE, Kind.SHORTFALL, Kind.ADVANCE),
    Status.LIQUIDATABLE: (Kind.LOCK,) * 6 + (Kind.PROVE, Kind.SETTLE, Kind.AWARD, Kind.SHORTFALL),
    Status.IN_AUCTION: (Kind.AWARD, Kind.SETTLE, Kind.RELEASE, Kind.PROVE, Kind.REOPEN),
    Status.AWARDED: (Kind.SETTLE, Kind.REOPEN, Kind.RELEASE, Kind.PROVE, Kind.AWARD),
    Status.CLOSED: (Kind.OPEN, Kind.OPEN, Kind.CALL, Kind.FUND),
}
RARE: Final = (
    *(Kind.FUND, Kind.PAUSE, Kind.UNPAUSE, Kind.FEED, Kind.SYNC, Kind.TRIP, Kind.RESUME),
    *(Kind.PAY_BOUNTY, Kind.REVOKE, Kind.BOND, Kind.WITHDRAW, Kind.LOCK, Kind.EXPIRE, Kind.SLASH),
    *(Kind.EQUIVOCATE, Kind.CONTRADICT),
)
ALARMED: Final = 20  # of so many sequences the last one comes after the alarm, which is final


def write_sequences(path: Path, count: int, seed: int) -> Counter[str]:
    """Writes a file of `count` sequences; how often each event, and each refusal, occurred."""
    rng, world = Random(seed), World()
    seen: Counter[str] = Counter()
    steps: list[bytes] = []

    def take(step: Step) -> None:
        rung = world.snapshots[world.latest].rung
        refusal = world.apply(step)
        latest = world.snapshots[world.latest]
        seen[step.kind.name] += 1
        seen[refusal.name if refusal else "accepted"] += 1
        seen["rung changed"] += latest.rung != rung
        seen["suspect by its values"] += step.kind is Kind.PUBLISH and latest.suspect
        steps.append(step.to_bytes())

    alarm = count - count // ALARMED
    for number in range(1, count + 1):
        # Nothing can be opened after the alarm: what happens then, happens to earlier accounts.
        id = number if number <= alarm else rng.randint(1, alarm)
        for _ in range(rng.randint(6, 14)):
            take(_with_proof(world, _step(rng, world, id)))
        if number == alarm:
            take(_alarm(world, id))
        _settle_down(world, id, steps)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(world.digest + b"".join(steps))
    return seen


def _alarm(world: World, id: int) -> Step:
    return Step(Kind.ALARM, id, world.time, value=world.latest)


def _settle_down(world: World, id: int, steps: list[bytes]) -> None:
    # Levels, pauses and a feed that is down must not outlive the sequence.
    calm: tuple[Step, ...] = (
        Step(Kind.RESUME, id, world.time),
        Step(Kind.FEED, id, world.time, flag=0, value=world.time),
        Step(Kind.UNPAUSE, id, world.time, flag=1),
    )
    if id % 4 == 0 and world.bond < RULES.holder_bond:
        calm += (Step(Kind.BOND, id, world.time, value=3 * RULES.holder_bond),)
    for step in calm:
        world.apply(step)
        steps.append(step.to_bytes())


def _step(rng: Random, world: World, id: int) -> Step:
    status = status_of(world.accounts[id], world.moment(), RULES)
    time = world.time + rng.choice((0, 0, 1, 7))
    roll = rng.random()
    if roll < (0.4 if status in (Status.CALLED, Status.PRESUMED) else 0.12):
        return Step(Kind.WAIT, id, _edge(rng, world, id))
    if 0.4 <= roll < 0.55:
        time = max(time, world.snapshots[world.latest].time + 30)
        index = _index(rng, world, id)
        return Step(Kind.PUBLISH, id, time, value=index, extra=_perp_mark(rng, index))
    if roll > 0.7 and world.oracle.level(time):
        return Step(Kind.RESUME, id, time)
    kinds = RARE if roll > 0.92 else LIKELY[status]
    return _fill(rng, world, Step(rng.choice(kinds), id, time))


def _edge(rng: Random, world: World, id: int) -> int:
    """A time to wait for: a second before, at or after a limit of the account, or any."""
    a, clock = world.accounts[id], world.observed()
    offset = world.time - clock.at(world.time)
    limits = [a.deadline + offset, a.deadline + RULES.holder_window + offset]
    if a.proven_epoch:
        limits.append(world.snapshots[a.proven_epoch].time + RULES.max_age)
    limits.append(clock.pause_from)
    limits.append(clock.paused_at + RULES.max_pause)
    near = rng.choice(limits) + rng.choice((-1, 0, 1))
    return near if world.time <= near < world.time + 100_000 else world.time + rng.randint(0, 900)


def _index(rng: Random, world: World, id: int) -> int:
    """A price: about the proven one's limit of staleness, or near the start."""
    a = world.accounts[id]
    if a.proven_epoch and rng.random() < 0.5:
        proven = world.snapshots[a.proven_epoch].index
        edge = proven * RULES.stale_move // 10_000
        index = proven + rng.choice((-1, 1)) * (edge + rng.choice((-1, 0, 1)))
        if 0.8 * PRICE < index < 1.25 * PRICE:
            return index
    wild = 6 if rng.random() < 0.04 else 1
    return PRICE + wild * rng.randint(-PRICE // 50, PRICE // 50)


def _perp_mark(rng: Random, index: int) -> int:
    """The index, or about as far from it as makes a snapshot suspect."""
    if rng.random() > 0.05:
        return index
    return index + index * FEED.freeze_basis // 10_000 + rng.choice((0, 1, 1))


def _fill(rng: Random, world: World, step: Step) -> Step:
    a, latest = world.accounts[step.id], world.latest
    wrong = rng.random() < 0.1
    epoch = max(latest + rng.choice((-3, -2, -1, -1, 0, 0, 0, 1)), 0)
    episode = a.episode + (rng.random() < 0.25)
    match step.kind:
        case Kind.OPEN:
            return replace(step, flag=rng.choice((0, 0, 1, 1, 2)))
        case Kind.ADVANCE:
            return replace(step, variant=rng.randint(1, 3), flag=rng.choice((0, 1, 1, 2)))
        case Kind.PROVE:
            return replace(step, value=epoch, flag=2 if wrong else 1)
        case Kind.BATCH:
            return replace(step, value=epoch, flag=1, extra=a.version + wrong)
        case Kind.SHORTFALL:
            before = max(latest - rng.choice((0, 1, 1, 1, 1, 2, 3)), 0)
            suspects = [e for e in (latest - 2, latest - 1) if e > 0 and world.snapshots[e].suspect]
            before = rng.choice((before, *suspects))
            return replace(step, value=before, flag=2 if wrong else 1)
        case Kind.CALL | Kind.UNPAUSE:
            return replace(step, flag=rng.randint(0, 1))
        case Kind.FUND | Kind.PAY_BOUNTY:
            return replace(step, value=rng.randint(0, 30_000_000))
        case Kind.BOND:
            return replace(step, value=100_000_000)
        case Kind.FEED:
            return replace(step, flag=rng.randint(0, 1), value=step.time - rng.randint(-9, 900))
        case Kind.TRIP:
            return replace(step, flag=rng.randint(1, 3))
        case Kind.EQUIVOCATE:
            return replace(step, value=max(latest - rng.choice((0, 1, 1, 2)), 1))
        case Kind.AWARD | Kind.REOPEN | Kind.RELEASE:
            return replace(step, value=episode)
        case Kind.SETTLE:
            return replace(step, value=latest, extra=episode, flag=rng.randint(0, 1))
    return step


def _with_proof(world: World, step: Step) -> Step:
    """The step without a proof where none is looked at."""
    if step.kind not in (Kind.PROVE, Kind.BATCH, Kind.SHORTFALL):
        return step
    if not 0 < step.value <= world.latest or world.latest - step.value > RULES.window:
        return replace(step, flag=0)
    trial = copy(world)
    for name in ("accounts", "bounties", "owed"):
        setattr(trial, name, copy(getattr(world, name)))
    refusal = trial.apply(replace(step, flag=1))
    used = refusal is None if step.kind is not Kind.BATCH else trial.result == 1
    return step if used else replace(step, flag=0)
