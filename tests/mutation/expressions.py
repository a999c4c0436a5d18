# SPDX-License-Identifier: Apache-2.0
"""Small faults of expressions and calls: another coefficient, sign, parameter, or bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from circuits.stripping import closing

from mutation.templates import Library, split

_TOKEN = re.compile(r"\d+|[A-Za-z_]\w*|<<|>>|[-+]|\S")
_TEMPLATE_CALL = re.compile(r"\b([A-Z]\w*)\s*\(")


@dataclass(frozen=True)
class Edit:
    """A replacement within a text, and the kind of fault that it is."""

    operator: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Call:
    """`Template(arguments)(inputs)` in a text; offsets of both pairs of parentheses' contents."""

    template: str
    arguments: tuple[int, int]
    inputs: tuple[int, int] | None
    start: int
    end: int


def calls(text: str) -> list[Call]:
    """Every template call of a text, outermost first; inputs only if it is anonymous."""
    found = []
    for m in _TEMPLATE_CALL.finditer(text):
        close = closing(text, m.end() - 1, "()")
        rest = text[close + 1 :]
        skipped = len(rest) - len(rest.lstrip())
        inputs, end = None, close + 1
        if rest.lstrip().startswith("("):
            opening = close + 1 + skipped
            end = closing(text, opening, "()") + 1
            inputs = (opening + 1, end - 1)
        found.append(Call(m[1], (m.end(), close), inputs, m.start(), end))
    return found


def coefficient_edits(text: str, start: int, end: int) -> Iterator[Edit]:
    """Every literal one higher and every sign turned between two offsets.

    Indices and the parameters of templates are left alone.
    """
    hidden = [call.arguments for call in calls(text)] + _indices(text)
    tokens = list(_TOKEN.finditer(text, start, end))
    for i, token in enumerate(tokens):
        if any(a <= token.start() < b for a, b in hidden):
            continue
        before = tokens[i - 1][0] if i else "("
        after = tokens[i + 1][0] if i + 1 < len(tokens) else ""
        if token[0].isdigit() and after != "<<":
            yield Edit("coefficient", *token.span(), str(int(token[0]) + 1))
        elif token[0] in "+-" and token[0]:
            binary = before[-1].isalnum() or before in "_)]"
            turned = ("-" if token[0] == "+" else "+") if binary else ""
            yield Edit("sign", *token.span(), turned)


def parameter_edits(text: str, library: Library) -> Iterator[Edit]:
    """Every parameter of every template call one higher and one lower.

    Not those that are the length of an input or output: nothing would fit the instance.
    """
    for call in calls(text):
        block = library.blocks.get(call.template)
        if block is None or block.kind != "template":
            continue
        position = call.arguments[0]
        arguments = split(text[slice(*call.arguments)])
        for name, argument in zip(block.parameters, arguments, strict=True):
            place = text.index(argument, position)
            position = place + len(argument)
            if "()" in argument or name in block.lengths:  # a domain or a table; a length
                continue
            for change in (1, -1):
                other = str(int(argument) + change) if argument.isdigit() else ""
                other = other or f"({argument}) {'+' if change > 0 else '-'} 1"
                yield Edit("parameter", place, position, other)


def bound_edits(text: str, range_checks: frozenset[str]) -> Iterator[Edit]:
    """What a range check is given, one higher and one lower."""
    for call in calls(text):
        if call.template in range_checks and call.inputs:
            given = text[slice(*call.inputs)].strip()
            for sign in "+-":
                yield Edit("off by one", *call.inputs, f"({given}) {sign} 1")


def _indices(text: str) -> list[tuple[int, int]]:
    found = []
    for m in re.finditer(r"(?<=[\w\]])\s*\[", text):
        found.append((m.end(), closing(text, m.end() - 1, "[]")))
    return found
