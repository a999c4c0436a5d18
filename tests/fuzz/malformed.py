# SPDX-License-Identifier: Apache-2.0
"""Malformed inputs: valid ones with a few faults, drawn by hypothesis.

A fault is four integers, so that any example shrinks and any JSON or binary file can take it. JSON
is changed as a value (a member lost, doubled, emptied, of another type, out of range) or as text;
a binary file in its bytes, its 32-bit words, or its length.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from hypothesis import strategies as st

Fault = tuple[int, int, int, int]  # what, where, how, how much
FAULTS: Final = st.lists(
    st.tuples(*(st.integers(0, (1 << 32) - 1) for _ in range(4))), min_size=1, max_size=3
)
R: Final = 21888242871839275222246405745257275088548364400416034343698204186575808495617
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 1 << 64, 1 << 256, -(1 << 256), 0.5, 1e308, [], {}, "", " "),
    *("0", "-0", "-1", "1e9", "0x", "0x0", "0X1", "00", "+1", "1_000", "1.0000001", "nan", "inf"),
    *("-inf", str(R), str(R - 1), str(R + 1), str(1 << 256), hex(R), "9" * 400, "a" * 5_000),
    *("\u0000", "\ud800", "\u0661", "..", "/etc/passwd", "2025-02-30T00:00:00Z", "1970-01-01"),
    *("9999-12-31T23:59:59Z", [[]], [None], {"": None}, ["0", "0"], [["0", "0"], ["0", "0"]]),
    ["1", "2", "1"],
)
TEXTS: Final = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0", b"{", b"[", b"]", b'"', b",", b"\\"),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"[" * 200, b"1" * 5_000, b'"a":1,', b"//"),
    b"\xed\xa0\x80",
)
REPEATED: Final = (
    b'"',
    b'\\"',
    b"\\\\",
    b"[",
    b"{",
    b'{"a":',
    b"0",
    b",",
    b" ",
    b"\n",
    b"'",
    b"\xff",
)
MANY: Final = 20_000  # long enough that work which grows with the square of the length is a hang
WORDS: Final = (0, 1, 2, 32, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 20)


def with_faults(valid: bytes, faults: Sequence[Fault]) -> bytes:
    """The input with every fault put in, one after the other."""
    data = valid
    for fault in faults:
        data = _one(data, fault)
    return data


def _one(data: bytes, fault: Fault) -> bytes:
    what = fault[0] % 4
    if what and data[:1] in (b"{", b"["):
        try:
            return _in_value(json.loads(data), fault)
        except (ValueError, RecursionError):
            pass
    return _in_bytes(data, fault)


def _in_value(document: Any, fault: Fault) -> bytes:
    _, where, how, much = fault
    document = copy.deepcopy(document)
    places = list(_places(document))
    if not places:
        return json.dumps(ODD[much % len(ODD)]).encode()
    holder, name = places[where % len(places)]
    old = holder[name]
    edits: tuple[Callable[[], object], ...] = (
        lambda: holder.__setitem__(name, ODD[much % len(ODD)]),
        lambda: holder.__delitem__(name),
        lambda: holder.__setitem__(name, _nudged(old, much)),
        lambda: holder.__setitem__(name, [old, old]),
        lambda: holder.__setitem__(name, {"value": old}),
        lambda: _exchange(holder, name, *places[much % len(places)]),
        lambda: _add(holder, much),
    )
    edits[how % len(edits)]()
    return json.dumps(document).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    found, waiting = [], [value]
    while waiting:
        holder = waiting.pop()
        pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for name, inner in list(pairs):
            found.append((holder, name))
            if isinstance(inner, dict | list):
                waiting.append(inner)
    return found


def _nudged(value: Any, much: int) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + (1, -1, 1 << 64, -value, -2 * value)[much % 5]
    if isinstance(value, str):
        place = much % (len(value) + 1)
        new = "0123456789abcdef-+.eZ: "[much // 7 % 23]
        return value[:place] + new + value[place + much % 2 :]
    return value


def _exchange(holder: Any, name: Any, other: Any, place: Any) -> None:
    first, second = copy.deepcopy(holder[name]), copy.deepcopy(other[place])
    holder[name] = second
    other[place] = first


def _add(holder: Any, much: int) -> None:
    value = ODD[much % len(ODD)]
    if isinstance(holder, list):
        holder.append(value)
    else:
        holder[("extra", "", "__proto__", "version")[much % 4]] = value


def _in_bytes(data: bytes, fault: Fault) -> bytes:
    _, where, how, much = fault
    place = where % (len(data) + 1)
    word = WORDS[much % len(WORDS)].to_bytes(4, "little")
    end = min(len(data), place + 1 + much % 64)
    edits = (
        lambda: data[:place],
        lambda: data[:place] + data[end:],
        lambda: (
            data[:place] + bytes([data[place] ^ 1 << much % 8]) + data[place + 1 :]
            if place < len(data)
            else data + b"\x00"
        ),
        lambda: data[: place & ~3] + word + data[(place & ~3) + 4 :],
        lambda: data[:place] + data[place:end] + data[place:],
        lambda: data[:place] + TEXTS[much % len(TEXTS)] + data[place:],
        lambda: data[:place] + much.to_bytes(4, "little") * (1 + much % 9) + data[place:],
        lambda: data[:place] + REPEATED[much % len(REPEATED)] * MANY + data[place:],
        lambda: data[:place] + data[place : place + 1 + much % 8] * MANY + data[place:],
    )
    return edits[how % len(edits)]()
