# SPDX-License-Identifier: Apache-2.0
"""The strict JSON reader: what it takes, what it refuses, and in which words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkmargin.documents.decimal_text import exact_text, grouped_text
from zkmargin.documents.reading import Field, parse_document, read_document, time_text
from zkmargin.documents.strict_json import LARGEST_FILE
from zkmargin.documents.writing import document_text, write_document
from zkmargin.errors import BookError, InputError, SnapshotError
from zkmargin.units import BPS, QUOTE, TIME_BOUND

Read = Callable[[Field], Any]


def field(json_text: str) -> Field:
    """The value of the only field, `x`, of a document."""
    return parse_document(f'{{"x": {json_text}}}', "file.json", BookError).members(("x",))["x"]


def money(f: Field) -> int:
    return f.amount(QUOTE, -(10**15), 10**15)


def ratio(f: Field) -> int:
    return f.ratio(0, BPS)


def move(f: Field) -> int:
    return f.multiplier(1_700, 60_000)


ACCEPTED: list[tuple[Read, str, int]] = [
    (money, '"1234.5"', 1_234_500_000),
    (money, '"-0.000001"', -1),
    (money, '"-0"', 0),
    (money, '"1.50000000000000000000000000000000"', 1_500_000),
    (money, "0.1", 100_000),
    (money, "-7", -7_000_000),
    (money, "1234.5", 1_234_500_000),
    (ratio, '"0.03"', 300),
    (ratio, '"3%"', 300),
    (ratio, '"0.05%"', 5),
    (ratio, "1", BPS),
    (move, '"-15%"', 8_500),
    (move, '"+20%"', 12_000),
    (move, '"0%"', BPS),
    (move, '"0.85"', 8_500),
    (move, "1.2", 12_000),
    (Field.time, '"2025-03-28T08:00:00Z"', 1_743_148_800),
    (Field.time, "1743148800", 1_743_148_800),
    (Field.time, '"1743148800"', 1_743_148_800),
    (lambda f: f.natural(1 << 64), '"0xff"', 255),
    (lambda f: f.natural(1 << 64), '"255"', 255),
]

REFUSED: list[tuple[Read, str, str]] = [
    (money, '"0.0000001"', "multiple of 0.000001"),
    (money, '"0.10000000000000000000000000000000000000001"', "multiple of 0.000001"),
    (money, "0.10000000000000000000000000000000000000001", "loses digits"),
    (money, "0.30000000000000004", "multiple of 0.000001"),
    (money, "9007199254740993", "loses digits"),
    (money, "1e3", "plain decimal"),
    (money, '"1e3"', "plain decimal"),
    (money, '"1,000"', "plain decimal"),
    (money, '"+1"', "plain decimal"),
    (money, '"01"', "plain decimal"),
    (money, '""', "plain decimal"),
    (money, '" 1"', "plain decimal"),
    (money, f'"{chr(0x661)}"', "plain decimal"),
    (money, '"NaN"', "plain decimal"),
    (money, f'"{"1" * 121}"', "120 characters"),
    (money, '"1000000000.000000"', "must be between -1000000000 and 999999999.999999"),
    (money, "true", "must be a number"),
    (money, "null", "must be a number"),
    (money, "[1]", "must be a number"),
    (ratio, '"101%"', "must be between 0 and 1"),
    (ratio, '"-3%"', "must not have a sign"),
    (ratio, '"0.00001"', "multiple of 0.0001"),
    (ratio, '"three"', "percentage"),
    (move, '"85%"', "must say its sign"),
    (move, '"-0.15"', "must be a move such as -15% or a multiplier such as 0.85"),
    (move, '"-90%"', "must be between 0.17 and 6"),
    (Field.time, '"2025-03-28"', "unix seconds or UTC"),
    (Field.time, '"2025-02-30T08:00:00Z"', "unix seconds or UTC"),
    (Field.time, '"1960-01-01T00:00:00Z"', "after 1970"),
    (Field.time, "0", "must be between 1 and"),
    (Field.text, '""', "1 to 64 printable"),
    (Field.text, '"\\u001b[31m"', "1 to 64 printable"),
    (Field.text, "5", "1 to 64 printable"),
    (Field.items, "{}", "must be a list"),
    (lambda f: f.members(()), "[]", "must be an object"),
    (lambda f: f.one_of(("up", "down")), '"sideways"', "must be one of up, down"),
    (lambda f: f.natural(16), '"0x10"', "below 2^4"),
    (lambda f: f.natural(16), "5", "must be a string of digits"),
]


@pytest.mark.parametrize(("read", "text", "value"), ACCEPTED)
def test_a_number_that_its_unit_can_hold_is_read_exactly(read: Read, text: str, value: int) -> None:
    assert read(field(text)) == value


@pytest.mark.parametrize(("read", "text", "rule"), REFUSED)
def test_a_refusal_names_the_file_the_field_and_the_rule(read: Read, text: str, rule: str) -> None:
    with pytest.raises(BookError) as refusal:
        read(field(text))

    assert str(refusal.value).startswith("file.json: x: got ")
    assert rule in str(refusal.value)


def test_a_refusal_shows_the_value_but_never_a_secret_or_a_container() -> None:
    with pytest.raises(BookError, match=r"got '12a'"):
        money(field('"12a"'))
    with pytest.raises(BookError) as hidden:
        field('"0xdeadbeefzz"').natural(1 << 253, secret=True)
    with pytest.raises(BookError) as container:
        money(field('["0xdeadbeef"]'))

    assert "deadbeef" not in str(hidden.value) + str(container.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 2}', "file.json: got 'a', appears twice in one object"),
        ('{"a": NaN}', "file.json: got 'NaN', must be a finite number"),
        ('{"a": -Infinity}', "file.json: got '-Infinity', must be a finite number"),
        ('{"a": }', "file.json: got 'line 1 column 7', must be JSON: Expecting value"),
        ("[" * 99, "file.json: got '99 brackets deep', must be at most 32 deep"),
        (
            '"' + "[" * 99,
            "file.json: got 'line 1 column 1', must be JSON: Unterminated string starting at",
        ),
        ("", "file.json: got 'line 1 column 1', must be JSON: Expecting value"),
        ("[" * 100_000, "file.json: got '100000 brackets deep', must be at most 32 deep"),
        (b"\xff", "file.json: got 'byte 0', must be text in UTF-8"),
    ],
)
def test_what_is_not_strict_json_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(SnapshotError) as refusal:
        parse_document(text, "file.json", SnapshotError)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "unclosed", ['"' + '\\"' * 100_000, '"' + "\\\\" * 100_000, '"a' * 100_001]
)
def test_many_quotes_take_no_time(unclosed: str) -> None:
    before = time.process_time()
    with pytest.raises(SnapshotError, match="must be JSON"):
        parse_document(unclosed, "file.json", SnapshotError)

    assert time.process_time() - before < 2


def test_missing_and_unknown_fields_are_named_with_those_that_exist() -> None:
    document = parse_document('{"strik": 1}', "file.json", BookError)

    with pytest.raises(BookError, match=r"file.json: strik: .*those are strike, call"):
        document.members(("strike",), ("call",))
    with pytest.raises(BookError, match=r"file.json: call: got 'nothing', is required"):
        document.members(("strik", "call"))


@pytest.mark.parametrize("name", ["\\ud800", "\\u001b[2J", "a" * 10_000])
def test_a_name_that_no_terminal_should_see_is_escaped_and_cut(name: str) -> None:
    document = parse_document(f'{{"{name}": 1}}', "file.json", BookError)
    with pytest.raises(BookError) as refusal:
        document.members(("cash",))

    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_an_object_may_have_any_names_and_as_many() -> None:
    names = {f"name {number}": number for number in range(100_000)}
    before = time.process_time()
    fields = parse_document(json.dumps(names), "file.json", BookError).entries()

    assert [int(f.value.text) for f in fields.values()] == list(names.values())
    assert time.process_time() - before < 5
    with pytest.raises(BookError, match=r"file.json: got 'a list', must be an object"):
        parse_document("[]", "file.json", BookError).entries()


def test_a_nested_field_is_named_by_its_path() -> None:
    document = parse_document('{"a": [{"b": "x"}]}', "file.json", BookError)
    inner = document.members(("a",))["a"].items()[0].members(("b",))["b"]

    with pytest.raises(BookError, match=r"^file.json: a\[0\].b: got 'x'"):
        money(inner)


def test_a_file_that_is_missing_a_directory_or_too_big_is_named(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    big.write_bytes(b" " * (LARGEST_FILE + 1))

    with pytest.raises(BookError, match=r"none.json: .*must be a readable file"):
        read_document(tmp_path / "none.json", BookError)
    with pytest.raises(BookError, match="must be a readable file"):
        read_document(tmp_path, BookError)
    with pytest.raises(BookError, match=f"big.json: .*at most {LARGEST_FILE}"):
        read_document(big, BookError)


@given(st.recursive(st.text() | st.booleans() | st.none() | st.integers(), st.lists))
def test_what_is_written_is_the_json_that_was_given(value: Any) -> None:
    assert json.loads(document_text(value)) == value


def test_a_private_document_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "book.json"
    write_document(path, {"a": "1"}, private=True)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == '{"a": "1"}\n'


@given(st.integers(-(10**30), 10**30), st.sampled_from([1, BPS, QUOTE]))
def test_exact_text_reads_back_as_the_same_integer(value: int, scale: int) -> None:
    text = exact_text(value, scale)

    assert field(f'"{text}"').amount(scale, -(10**31), 10**31) == value


@given(st.integers(1, TIME_BOUND - 1))
def test_time_text_reads_back_as_the_same_second(seconds: int) -> None:
    assert field(f'"{time_text(seconds)}"').time() == seconds


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0.00"), (-1_234_567_890, "-1,234.57"), (-4_000, "0.00")]
)
def test_grouped_text_rounds_to_the_nearest_and_shows_no_negative_zero(
    value: int, text: str
) -> None:
    assert grouped_text(value, QUOTE) == text


@given(st.text() | st.binary())
def test_any_text_is_a_document_or_an_input_error(content: str | bytes) -> None:
    try:
        document = parse_document(content, "file.json", InputError)
    except InputError as error:
        message = str(error)
    else:
        message = str(document.error("is refused"))

    assert message.startswith("file.json: got ")
