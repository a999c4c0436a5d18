# SPDX-License-Identifier: Apache-2.0
"""Every mutant of a circuit file.

dropped      a `===`, or the call of a template that only checks, is gone
lost         `<==` is `<--`: the signal is computed and not constrained
parameter    a parameter of an instance is one higher or lower: bits of a range, say
off by one   what a range check is given is one higher or lower
coefficient  a literal is one higher
sign         a plus is a minus, or the other way round
iteration    a loop around constraints ends one earlier
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mutation.arrows import arrows
from mutation.expressions import (
    Edit,
    bound_edits,
    calls,
    coefficient_edits,
    parameter_edits,
)
from mutation.mutant import Mutant, one_line
from mutation.templates import Block, Library, Statement, blocks

RANGE_CHECKS = "circuits/range.circom"
_ASSIGNED = re.compile(r"(?:var\s+)?[\w\[\] .*+\-()]*?\s*(\+=|-=|\*=|=(?!=))")
_LOOP = re.compile(r"for\s*\([^;]*;\s*\w+\s*(<=?|>=?)\s*([^;]*);")
_CONSTRAINT = re.compile(r"===|<==|\)\s*\([^;]*\)\s*;")


@dataclass(frozen=True)
class Place:
    """A statement in its template and file."""

    path: str
    block: Block
    statement: Statement
    library: Library
    range_checks: frozenset[str]

    def mutant(self, edit: Edit) -> Mutant:
        """The statement with an edit."""
        text = self.statement.text
        after = text[: edit.start] + edit.text + text[edit.end :]
        return self.replaced(edit.operator, after, after)

    def replaced(
        self,
        operator: str,
        text: str,
        shown: str,
        forgeries: tuple[str, ...] = (),
        replay: tuple[str, str] | None = None,
    ) -> Mutant:
        """The statement with another in its place."""
        s = self.statement
        return Mutant(
            self.path, self.block.name, operator, one_line(s.control + s.text), one_line(shown),
            s.start, s.end, text, forgeries, replay,
        )  # fmt: skip


def mutants(path: str, sources: Mapping[str, str]) -> list[Mutant]:
    """Every mutant of one file.

    sources   all circuit files, this one among them, by path below the root of the checkout
    """
    library = Library(sources)
    checks = frozenset(b.name for b in blocks(sources[RANGE_CHECKS]))
    found: dict[tuple[int, int, str], Mutant] = {}
    for block in blocks(sources[path]):
        if block.kind == "template":
            for statement in block.statements():
                place = Place(path, block, statement, library, checks)
                for mutant in _of(place):
                    found.setdefault((mutant.start, mutant.end, mutant.text), mutant)
    return list(found.values())


def _of(place: Place) -> Iterator[Mutant]:
    statement = place.statement
    text = statement.text
    yield from _iterations(place)
    if "<--" in text or text.startswith(("assert", "return", "}")):
        return
    if "===" in text:
        yield _dropped(place)
        yield from map(place.mutant, coefficient_edits(text, 0, len(text)))
    elif "<==" in text:
        yield from _lost(place)
        yield from map(place.mutant, coefficient_edits(text, text.index("<==") + 3, len(text)))
    elif calls(text) and calls(text)[0].start == 0:
        yield _dropped(place)
        yield from map(place.mutant, coefficient_edits(text, 0, len(text)))
    elif assigned := _ASSIGNED.match(text):
        if assigned[1] in ("+=", "-="):
            turned = "-=" if assigned[1] == "+=" else "+="
            yield place.mutant(Edit("sign", *assigned.span(1), turned))
        yield from map(place.mutant, coefficient_edits(text, assigned.end(), len(text)))
    yield from _parameters(place)
    yield from map(place.mutant, bound_edits(text, place.range_checks))


def _dropped(place: Place) -> Mutant:
    return place.replaced("dropped", "{}" if place.statement.control.strip() else "", "nothing")


def _lost(place: Place) -> Iterator[Mutant]:
    braces = place.statement.control.strip() != ""
    for arrow in arrows(place.library, place.block.name, place.statement):
        wrapped = [f"{{ {t} }}" if braces else t for t in (arrow.text, *arrow.forgeries)]
        shown = f"{arrow.left} <-- {arrow.right}"
        fixed = not braces and not place.statement.in_loop
        replay = (arrow.replay, arrow.left) if fixed else None
        yield place.replaced("lost", wrapped[0], shown, tuple(wrapped[1:]), replay)


def _parameters(place: Place) -> Iterator[Mutant]:
    resized = _resized(place)
    for edit in parameter_edits(place.statement.text, place.library):
        if resized is None or not resized[0] <= edit.start < resized[1]:
            yield place.mutant(edit)
    if resized:
        yield from resized[2]


def _resized(place: Place) -> tuple[int, int, list[Mutant]] | None:
    """`bits <== Bits(N)(x)` with another N: the signals stay, the last is zero or cut off."""
    text = place.statement.text
    found = calls(text)
    if not found or found[0].template not in place.range_checks or "<==" not in text:
        return None
    left = text[: text.index("<==")].strip()
    name = re.sub(r"^signal\s+(?:output\s+)?|\[.*$", "", left, flags=re.DOTALL)
    setup = f"{left}; " if left.startswith("signal") else ""
    length, given = (text[slice(*span)] for span in (found[0].arguments, found[0].inputs or (0, 0)))
    made = []
    for change, kept, last in (
        ("+", length, ""),
        ("-", f"{length} - 1", f"{name}[{length} - 1] <== 0;"),
    ):
        size = f"{length} {change} 1"
        body = (
            f"{setup}var mutant[{size}] = {found[0].template}({size})({given}); "
            f"for (var i = 0; i < {kept}; i++) {{ {name}[i] <== mutant[i]; }} {last}"
        )
        shown = f"{found[0].template}({length} {change} 1)"
        made.append(place.replaced("parameter", body, shown))
    return (*found[0].arguments, made)


def _iterations(place: Place) -> Iterator[Mutant]:
    statement = place.statement
    loop = _LOOP.search(statement.control)
    if loop is None or not _CONSTRAINT.search(_body(place)):
        return
    bound = f"{loop[2]} {'-' if '<' in loop[1] else '+'} 1"
    control = statement.control[: loop.start(2)] + bound + statement.control[loop.end(2) :]
    start = statement.start - len(statement.control)
    yield Mutant(
        place.path, place.block.name, "iteration", one_line(statement.control + statement.text),
        one_line(control), start, statement.start, control,
    )  # fmt: skip


def _body(place: Place) -> str:
    statement = place.statement
    if statement.text != "{":
        return statement.text
    offset = statement.end - 1 - place.block.start
    depth = 0
    for i in range(offset, len(place.block.body)):
        depth += (place.block.body[i] == "{") - (place.block.body[i] == "}")
        if depth == 0:
            return place.block.body[offset:i]
    raise AssertionError(f"nothing closes the loop of {place.block.name}")
