# SPDX-License-Identifier: Apache-2.0
"""`<==` to `<--`: a signal that is computed and no longer constrained, and its forgeries.

A forgery gives one signal of the assignment another value; all that follows from it is computed
anew. If the constraints take the witness, nothing but the lost constraint stood in the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from circuits.stripping import closing

from mutation.expressions import calls
from mutation.templates import Library, Shape, Statement, split

_DECLARED = re.compile(r"signal\s+(?:(?:input|output)\s+)?(\w+)\s*((?:\[[^\]]*\]\s*)*)$")
_MOVES = ("({0}) + 1", "1 - ({0})", "({0}) + 1234567890123456789")
_LEAVES = 6
REPLAYED = "@"  # where a replay takes the signals of an earlier witness


@dataclass(frozen=True)
class Arrow:
    """One signal, array or bus that a statement assigns.

    setup   what stands before the assignment
    rest    what stands after it
    """

    setup: str
    left: str
    right: str
    rest: str
    shape: Shape

    @property
    def text(self) -> str:
        """The statement with this assignment unconstrained."""
        return self._around(f"{self.left} <-- {self.right};")

    @property
    def forgeries(self) -> tuple[str, ...]:
        """Statements that move one of its signals."""
        made = []
        for leaf in range(_LEAVES):
            for move in _MOVES[: 1 if leaf else None]:
                writer = _Writer(leaf, move)
                text = "".join(writer.write(self.left, self.right, self.shape, ""))
                if writer.moved:
                    made.append(self._around(text))
        return tuple(made)

    @property
    def replay(self) -> str:
        """The statement with REPLAYED in the place of this assignment."""
        return self._around(REPLAYED)

    def _around(self, text: str) -> str:
        return f"{self.setup}{text}{self.rest}"


class _Writer:
    def __init__(self, leaf: int, move: str) -> None:
        self.leaf, self.move, self.moved, self.count = leaf, move, False, 0

    def write(self, left: str, right: str, shape: Shape, first: str) -> Iterator[str]:
        if shape.dims and right.startswith("["):
            rest = Shape(shape.dims[1:], shape.bus)
            for i, part in enumerate(split(right[1:-1])):
                yield from self.write(f"{left}[{i}]", part, rest, first)
        elif shape.dims:
            i = f"mutant{len(re.findall('mutant[0-9]', left))}"
            yield f"for (var {i} = 0; {i} < {shape.dims[0]}; {i}++) {{ "
            rest, condition = Shape(shape.dims[1:], shape.bus), f"{first}{i} == 0 && "
            yield from self.write(f"{left}[{i}]", f"{right}[{i}]", rest, condition)
            yield "} "
        elif shape.bus:
            for field, inner in LIBRARY[0].fields(shape.bus):
                yield from self.write(f"{left}.{field}", f"{right}.{field}", inner, first)
        else:
            yield self._leaf(left, right, first)

    def _leaf(self, left: str, right: str, first: str) -> str:
        self.count += 1
        if self.count != self.leaf + 1:
            return f"{left} <-- {right}; "
        self.moved = True
        moved = self.move.format(right)
        return f"{left} <-- {f'{first[:-4]} ? {moved} : {right}' if first else moved}; "


LIBRARY: list[Library] = []


def arrows(library: Library, template: str, statement: Statement) -> Iterator[Arrow]:
    """Every assignment of one `<==` statement, unconstrained in turn."""
    LIBRARY[:] = [library]
    left, right = (part.strip() for part in statement.text.rstrip("; \n").split("<==", 1))
    found = calls(right)
    is_call = bool(found) and found[0].start == 0 and found[0].end == len(right)
    if left.startswith("("):
        names = split(left[1:-1])
        yield from (
            _from_call(library, template, statement, names, right)
            if is_call
            else _from_tuple(library, template, names, right)
        )
        return
    declared = _DECLARED.match(left)
    name, setup = (declared[1], f"{left}; ") if declared else (left, "")
    shape = library.shape(template, name)
    if shape is None:
        return
    if not is_call:
        yield Arrow(setup, name, right, "", shape)
    elif shape.bus and not statement.in_loop:
        arguments = ", ".join(shape.bus[1])
        yield Arrow(
            f"{setup}{shape.bus[0]}({arguments}) mutant{_dims(shape)}; mutant <== {right}; ",
            name, "mutant", "", shape,
        )  # fmt: skip
    else:
        yield Arrow(f"{setup}var mutant{_dims(shape)} = {right}; ", name, "mutant", "", shape)


def _from_tuple(
    library: Library, template: str, names: tuple[str, ...], right: str
) -> Iterator[Arrow]:
    assert right.startswith("(")
    assert closing(right, 0, "()") == len(right) - 1
    values = split(right[1:-1])
    for i, (name, value) in enumerate(zip(names, values, strict=True)):
        shape = library.shape(template, name)
        if shape:
            others = [
                f"{n} <== {v}; "
                for j, (n, v) in enumerate(zip(names, values, strict=True))
                if j != i
            ]
            yield Arrow("", name, value, " " + "".join(others), shape)


def _from_call(
    library: Library, template: str, statement: Statement, names: tuple[str, ...], right: str
) -> Iterator[Arrow]:
    for i, name in enumerate(names):
        shape = library.shape(template, name)
        if shape is None or statement.in_loop:
            continue
        kind = f"{shape.bus[0]}({', '.join(shape.bus[1])})" if shape.bus else "signal"
        outputs = ", ".join("mutant" if j == i else n for j, n in enumerate(names))
        setup = f"{kind} mutant{_dims(shape)}; ({outputs}) <== {right}; "
        yield Arrow(setup, name, "mutant", "", shape)


def _dims(shape: Shape) -> str:
    return "".join(f"[{length}]" for length in shape.dims)
