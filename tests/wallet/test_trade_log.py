# SPDX-License-Identifier: Apache-2.0
"""The lines of a trade log: what each states, what reads back, and how a bad one is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkmargin.book import Slot
from zkmargin.errors import BookError
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, QUOTE, SIZE, SIZE_BOUND, TIME_BOUND
from zkmargin.wallet.trade_log import Event, dump_event, load_trades, parse_event

EXPIRY = 1_743_148_800  # 2025-03-28T08:00:00Z
OPTION = {"expiry": "2025-03-28T08:00:00Z", "strike": "3000", "call": "-20"}
LINES: dict[str, dict[str, Any]] = {
    "open": {"version": "0", "event": "open", "account": "7"},
    "deposit": {"version": "1", "event": "deposit", "cash": "250000", "base": "60"},
    "withdraw": {"version": "2", "event": "withdraw", "cash": "0.000001"},
    "trade": {"version": "3", "event": "trade", "cash": "1210.5", "options": [OPTION]},
    "perp": {
        "version": "4",
        "event": "trade",
        "perp": {"size": "-35", "entry_value": "-92767.5"},
    },
    "settlement": {
        "version": "5",
        "event": "settlement",
        "expiry": "2025-03-28T08:00:00Z",
        "cash": "-400",
    },
}
EVENTS = {
    "open": Event(kind="open", version=0, account=7),
    "deposit": Event(kind="deposit", version=1, cash=250_000 * QUOTE, base=60 * SIZE),
    "withdraw": Event(kind="withdraw", version=2, cash=1),
    "trade": Event(
        kind="trade",
        version=3,
        cash=1_210_500_000,
        options=(Slot(EXPIRY, 3_000 * QUOTE, -20 * SIZE, 0),),
    ),
    "perp": Event(kind="trade", version=4, perp=-35 * SIZE, perp_entry=-92_767_500_000),
    "settlement": Event(kind="settlement", version=5, expiry=EXPIRY, cash=-400 * QUOTE),
}

sizes = st.integers(1 - SIZE_BOUND, SIZE_BOUND - 1)
money = st.integers(1 - CASH_BOUND, CASH_BOUND - 1)
slots = st.builds(
    Slot, st.integers(1, TIME_BOUND - 1), st.integers(1, PRICE_BOUND - 1), sizes, sizes
)
trades = st.builds(
    Event,
    kind=st.just("trade"),
    version=st.integers(0, ID_BOUND - 1),
    cash=money,
    base=sizes,
    perp=sizes,
    perp_entry=money,
    options=st.lists(slots, min_size=1, max_size=5).map(tuple),
)


@pytest.mark.parametrize("name", LINES)
def test_a_line_states_its_event(name: str) -> None:
    assert parse_event(json.dumps(LINES[name])) == EVENTS[name]


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_reads_back_from_its_line(name: str) -> None:
    line = dump_event(EVENTS[name])

    assert "\n" not in line
    assert parse_event(line) == EVENTS[name]


@given(trades)
def test_every_trade_reads_back_from_its_line(event: Event) -> None:
    assert parse_event(dump_event(event)) == event


def test_a_settlement_may_pay_nothing() -> None:
    event = Event(kind="settlement", version=5, expiry=EXPIRY)

    assert parse_event(dump_event(event)) == event


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("open", {"event": "close"}, r"event: got 'close', must be one of open, deposit"),
        ("open", {"version": "-1"}, "version: got '-1', must be between 0 and"),
        ("open", {"version": "1.5"}, "version: got '1.5', must be a multiple of 1"),
        ("open", {"cash": "1"}, "cash: got 'cash', is not a field here"),
        ("open", {"note": "hi"}, "note: got 'note', is not a field here"),
        ("deposit", {"cash": "-1"}, "cash: got '-1', must be between 0.000001"),
        ("deposit", {"cash": "0"}, "cash: got '0', must be between 0.000001"),
        ("deposit", {"cash": "0.0000001"}, "cash: got '0.0000001', must be a multiple of 0.000001"),
        ("deposit", {"base": "1099511.627776"}, "base: got '1099511.627776', must be between"),
        ("deposit", {"account": "7"}, "account: got 'account', is not a field here"),
        ("trade", {"options": []}, "options: got '0 entries', must have 1 to 64 entries"),
        ("trade", {"options": [{**OPTION, "strike": "0"}]}, r"options\[0\].strike: got '0', must"),
        ("trade", {"options": [{**OPTION, "call": "x"}]}, r"options\[0\].call: got 'x', must be a"),
        ("trade", {"options": [{**OPTION, "expiry": 0}]}, r"options\[0\].expiry: got 0, must"),
        ("perp", {"perp": {"size": "1"}}, "perp.entry_value: got 'nothing', is required"),
        ("perp", {"perp": {"size": "1", "entry_price": "1"}}, "entry_price: got 'entry_price', is"),
        ("settlement", {"expiry": "soon"}, "expiry: got 'soon', must be unix seconds or UTC"),
    ],
)
def test_a_bad_field_is_named_with_file_line_value_and_bound(
    tmp_path: Path, name: str, change: dict[str, Any], words: str
) -> None:
    path = tmp_path / "trades.jsonl"
    path.write_text(f"{json.dumps(LINES['open'])}\n{json.dumps({**LINES[name], **change})}\n")

    with pytest.raises(BookError, match=rf"^trades\.jsonl line 2: .*{words}"):
        load_trades(path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", "must be JSON"),
        (b"[]", "must be an object"),
        (b'{"version": "1", "event": "dep', "must be JSON"),
        (b'{"version": "1", "version": "2", "event": "open"}', "appears twice"),
        (b"\xff", "must be text in UTF-8"),
        (b"[" * 5_000, "must be at most 32 deep"),
        (b'{"version": "1"}', "event: got 'nothing', is required"),
        (b'{"version": "1", "event": "open"}', "account: got 'nothing', is required"),
        (b'{"version": "1", "event": "deposit"}', "a deposit must have one of cash, base"),
        (b'{"version": "1", "event": "trade", "cash": "1"}', "one of base, perp, options"),
        (b'{"version": "1", "event": "settlement", "cash": "1"}', "expiry: got 'nothing'"),
        (
            b'{"version": "1", "event": "trade", "options": [{"expiry": 1, "strike": 1}]}',
            "must have a call or a put size",
        ),
    ],
)
def test_a_line_that_is_no_event_is_named_with_its_file(
    tmp_path: Path, line: bytes, words: str
) -> None:
    path = tmp_path / "trades.jsonl"
    path.write_bytes(json.dumps(LINES["open"]).encode() + b"\n" + line + b"\n")

    with pytest.raises(BookError, match=rf"^trades\.jsonl line 2.*{words}"):
        load_trades(path)


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"trades\.jsonl: got 'No such file"):
        load_trades(tmp_path / "trades.jsonl")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event(kind="gift", version=1), "event: got 'gift', must be one of"),
        (Event(kind="open", version=0, account=1, cash=1), "has a field that open does not have"),
        (Event(kind="deposit", version=1, cash=-1), "cash: got '-0.000001', must be between"),
        (Event(kind="deposit", version=1), "a deposit must have one of"),
        (Event(kind="trade", version=1, base=1, expiry=5), "a field that trade does not have"),
        (Event(kind="open", version=ID_BOUND, account=1), "version: got"),
    ],
)
def test_an_event_that_no_line_states_is_not_written(event: Event, words: str) -> None:
    with pytest.raises(BookError, match=words):
        dump_event(event)


def test_an_event_shows_nothing_of_the_trade() -> None:
    assert repr(EVENTS["trade"]) == "Event(kind='trade', version=3, <private>)"
