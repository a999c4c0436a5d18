# SPDX-License-Identifier: Apache-2.0
"""A log and a secret give back every book, exactly; what cannot follow is refused by its line."""

from __future__ import annotations

import json
import random
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zkmargin.book import Book, Slot
from zkmargin.commitment import commitment
from zkmargin.errors import BookError
from zkmargin.units import ID_BOUND, QUOTE, SIZE, SIZE_BOUND
from zkmargin.wallet.replay import append_event, recover_book, replay
from zkmargin.wallet.secret import ViewSecret
from zkmargin.wallet.trade_log import Event

MARCH, JUNE = 1_743_148_800, 1_751_011_200
OPEN = Event(kind="open", version=0, account=7)
FUNDED = Event(kind="deposit", version=1, cash=1_000 * QUOTE, base=5 * SIZE)


def trade(version: int, *legs: Slot, cash: int = 0) -> Event:
    return Event(kind="trade", version=version, options=legs, cash=cash)


def written(path: Path, *events: Event) -> Path:
    for event in events:
        append_event(path, event)
    return path


def test_every_event_does_what_it_says(secret: ViewSecret) -> None:
    events = [
        OPEN,
        FUNDED,
        trade(2, Slot(JUNE, 30, -2, 0), Slot(MARCH, 25, 0, 4), cash=-7),
        Event(kind="trade", version=3, perp=-3, perp_entry=-80, base=2, cash=-1),
        trade(4, Slot(JUNE, 30, 5, -1)),
        Event(kind="withdraw", version=5, cash=100, base=1),
        Event(kind="settlement", version=6, expiry=MARCH, cash=11),
    ]

    assert replay(events, secret) == Book(
        account=7,
        version=6,
        cash=1_000 * QUOTE - 7 - 1 - 100 + 11,
        base=5 * SIZE + 2 - 1,
        perp=-3,
        perp_entry=-80,
        slots=(Slot(JUNE, 30, 3, -1),),
        blinding=secret.blinding(7, 6),
    )


@pytest.mark.parametrize("version", range(4))
def test_the_book_of_an_earlier_version_is_the_one_that_was_then(
    secret: ViewSecret, version: int
) -> None:
    events = [OPEN, FUNDED, trade(2, Slot(MARCH, 25, 1, 0)), trade(3, Slot(MARCH, 25, 1, 0))]

    assert replay(events, secret, version) == replay(events[: version + 1], secret)


def test_strikes_stand_in_the_order_of_expiry_and_strike(secret: ViewSecret) -> None:
    legs = [Slot(e, k, 1, 0) for e in (MARCH, JUNE) for k in (10, 20, 30)]
    shuffled = random.Random(1).sample(legs, len(legs))
    at_once = replay([OPEN, trade(1, *shuffled)], secret)
    one_by_one = replay([OPEN, *(trade(1 + n, leg) for n, leg in enumerate(shuffled))], secret)

    assert at_once.slots == one_by_one.slots == tuple(legs)


def test_a_strike_without_call_and_put_is_gone(secret: ViewSecret) -> None:
    closed = [OPEN, trade(1, Slot(MARCH, 25, 3, -3)), trade(2, Slot(MARCH, 25, -3, 3))]

    assert replay(closed, secret).slots == ()


def test_a_lost_book_is_recovered_with_its_commitment(secret: ViewSecret, tmp_path: Path) -> None:
    events = [OPEN, FUNDED, trade(2, Slot(MARCH, 2_500 * QUOTE, -SIZE, SIZE), cash=9)]
    path = written(tmp_path / "trades.jsonl", *events)
    secret.write(tmp_path / "secret")
    committed = commitment(replay(events, secret))
    again = recover_book(path, ViewSecret.load(tmp_path / "secret"))

    assert commitment(again) == committed
    assert again == replay(events, secret)


def test_another_secret_recovers_another_commitment(secret: ViewSecret) -> None:
    events = [OPEN, FUNDED]

    assert commitment(replay(events, ViewSecret(bytes(32)))) != commitment(replay(events, secret))


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([FUNDED], "line 1: event: got 'deposit', the first must be an open"),
        ([OPEN, OPEN], "line 2: event: got 'open', the account is open already"),
        ([OPEN, trade(2, Slot(MARCH, 1, 1, 0))], "line 2: version: got 2, must be 1"),
        ([OPEN, FUNDED, FUNDED], "line 3: version: got 1, must be 2"),
        (
            [OPEN, Event(kind="withdraw", version=1, base=1)],
            "line 2: base: got -1, must be at least 0",
        ),
        (
            [OPEN, Event(kind="settlement", version=1, expiry=MARCH)],
            "line 2: expiry: got '2025-03-28T08:00:00Z', the book holds nothing of it",
        ),
        (
            [OPEN, *(trade(n, Slot(MARCH, 1, SIZE_BOUND - 1, 0)) for n in (1, 2))],
            r"line 3: options\[0\]\.call: got 2199023255550, must be at least",
        ),
        (
            [OPEN, trade(1, *(Slot(MARCH, k, 1, 0) for k in range(1, 34)))],
            "line 2: options: got 33, at most 32 strikes fit a book",
        ),
    ],
)
def test_an_event_that_cannot_follow_is_refused_by_its_line_and_not_written(
    secret: ViewSecret, tmp_path: Path, events: list[Event], words: str
) -> None:
    path = tmp_path / "trades.jsonl"
    written(path, *events[:-1])
    before = path.read_bytes() if path.exists() else None

    with pytest.raises(BookError, match=rf"^trades\.jsonl {words}"):
        append_event(path, events[-1])
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("version", [4, 7, 0])
def test_a_version_that_the_log_does_not_have_is_refused(
    secret: ViewSecret, tmp_path: Path, version: int
) -> None:
    opened = Event(kind="open", version=5, account=1)
    path = written(tmp_path / "log", opened, Event(kind="deposit", version=6, cash=1))

    with pytest.raises(BookError, match=rf"log: version: got {version}, the log has versions 5 to"):
        recover_book(path, secret, version)


def test_an_empty_log_says_how_one_begins(secret: ViewSecret, tmp_path: Path) -> None:
    (tmp_path / "log").touch()

    with pytest.raises(BookError, match=r"log: got 'no events', must begin with \{"):
        recover_book(tmp_path / "log", secret)


def test_the_last_version_there_can_be_is_followed_by_none(
    secret: ViewSecret, tmp_path: Path
) -> None:
    path = written(tmp_path / "log", Event(kind="open", version=ID_BOUND - 1, account=1))

    with pytest.raises(BookError, match="version"):
        append_event(path, Event(kind="deposit", version=ID_BOUND, cash=1))


def test_a_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "trades.jsonl", OPEN, FUNDED)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_added_to_a_log_with_a_bad_line(tmp_path: Path) -> None:
    path = written(tmp_path / "trades.jsonl", OPEN)
    with path.open("a") as file:
        file.write('{"version": "1", "eve')  # a write that the machine's end cut off

    with pytest.raises(BookError, match=r"trades\.jsonl line 2"):
        append_event(path, FUNDED)


def test_of_two_writers_of_one_version_one_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "trades.jsonl", OPEN)
    barrier = threading.Barrier(4)

    def add(cash: int) -> bool:
        barrier.wait()
        try:
            append_event(path, Event(kind="deposit", version=1, cash=cash))
        except BookError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(add, range(1, 5)))
    assert sorted(done) == [False, False, False, True]
    assert [json.loads(line)["version"] for line in path.read_text().splitlines()] == ["0", "1"]
