# SPDX-License-Identifier: Apache-2.0
"""Turns circuit sources into those of a lax program, which computes a witness whatever the inputs.

Every `===` and every `assert` goes; `<==` stays, because circom's program assigns there and checks
nothing. At --O0 the signals of the lax program are those of the real circuit, wire for wire, if
both are indented: circom names a nameless component after its line and offset, and sorts by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Sources = Mapping[str, str]  # path below the root of the checkout -> circom text

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_CONTROL = re.compile(r"\s*(?:else\b\s*)?(?:(?:for|while|if)\s*(?=\())?")
_CHECK = re.compile(r"\s*assert\s*\(")
_DECLARATION = re.compile(r"\b(?:signal|input|output)\b|\{[^}]*\}|\s")


def stripped(source: str) -> str:
    """The text without its checks; what hangs on a condition or loop stays in place, empty."""
    return "".join(map(_without_check, statements(_COMMENT.sub(" ", source))))


def indented(source: str) -> str:
    """The text so far down its file that lines and offsets all have the same number of digits."""
    if "template" not in source:
        return source
    assert source.count("\n") < 9_000
    assert len(source) < 900_000
    return "\n" * 1_000 + " " * 99_000 + source


def with_hint(sources: Sources, hint: str, expression: str) -> dict[str, str]:
    """The sources with the right side of one `<--` replaced.

    hint   "Template.left side", as in "Bits.out[i]"; it must stand there exactly once
    """
    template, _, signal = hint.partition(".")
    replaced, found = {}, []
    for path, text in sources.items():
        start, end = _template(text, template)
        parts = list(statements(text[start:end]))
        lefts = [_hinted(part) for part in parts]
        places = [i for i, left in enumerate(lefts) if left == signal.replace(" ", "")]
        for i in places:
            parts[i] = f"{parts[i].partition('<--')[0]}<-- ({expression});"
        found += places
        replaced[path] = text[:start] + "".join(parts) + text[end:]
    assert len(found) == 1, f"{hint}: {len(found)} such hints"
    return replaced


def statements(text: str) -> Iterator[str]:
    """Pieces ending at a semicolon or brace that no parenthesis encloses; together, the text."""
    depth = start = 0
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character in ";{}":
            yield text[start : i + 1]
            start = i + 1
    yield text[start:]


def _without_check(piece: str) -> str:
    body = control_end(piece)
    is_check = "===" in piece[body:] or _CHECK.match(piece, body)
    return piece[:body] + "{}" if is_check else piece


def control_end(piece: str) -> int:
    """Where the statement begins after any `for (...)`, `while (...)`, `if (...)` and `else`."""
    position = 0
    while (found := _CONTROL.match(piece, position)) and found.group().strip():
        position = found.end()
        if piece[position : position + 1] == "(" and not found.group().strip().endswith("else"):
            position = closing(piece, position, "()") + 1
    return position


def _hinted(piece: str) -> str | None:
    left, arrow, _ = piece[control_end(piece) :].partition("<--")
    return _DECLARATION.sub("", left) if arrow else None


def _template(text: str, name: str) -> tuple[int, int]:
    found = re.search(rf"\btemplate\s+{re.escape(name)}\s*\(", text)
    if not found:
        return 0, 0
    opening = text.index("{", found.end())
    return opening + 1, closing(text, opening, "{}")


def closing(text: str, opening: int, pair: str) -> int:
    depth = 0
    for i in range(opening, len(text)):
        depth += (text[i] == pair[0]) - (text[i] == pair[1])
        if depth == 0:
            return i
    raise AssertionError(f"nothing closes {text[opening : opening + 40]!r}")
