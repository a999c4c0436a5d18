# SPDX-License-Identifier: Apache-2.0
"""Reads circom sources as far as mutation needs: templates, statements, shapes of signals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from circuits.stripping import closing, control_end, statements

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"\b(template|bus|function)\s+(\w+)\s*\(([^)]*)\)\s*\{")
_SIGNAL = re.compile(r"\bsignal\s+(?:(input|output)\s+)?(\w+)((?:\s*\[[^\]]*\])*)")
_BUS = re.compile(
    r"(?:\b(input|output)\s+|(?<=[;{}])\s*)([A-Z]\w*)\s*\(([^()]*(?:\([^()]*\))?[^()]*)\)"
)
_NAMED = re.compile(r"\s*(\w+)((?:\s*\[[^\]]*\])*)\s*(?=[;=<])")
_COMPONENT = re.compile(
    r"\bcomponent\s+(\w+)|(?<![=<\w.])\b(\w+)\s*(?:\[[^\]]*\]\s*)*=\s*(?=[A-Z]\w*\()"
)
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*\(")


def blanked(text: str) -> str:
    """The text with its comments turned into spaces: every offset and line stays."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


@dataclass(frozen=True)
class Shape:
    """What a name stands for: an array of signals or, with a bus, of buses.

    dims   lengths, as circom expressions
    bus    (name, arguments); None for signals
    """

    dims: tuple[str, ...]
    bus: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Statement:
    """One statement: its offsets in the file, after any `for (...)` and `if (...)` before it."""

    start: int
    end: int
    text: str
    control: str
    in_loop: bool


@dataclass(frozen=True)
class Block:
    """A template, a bus or a function."""

    kind: str
    name: str
    parameters: tuple[str, ...]
    start: int
    body: str

    @cached_property
    def signals(self) -> dict[str, tuple[str | None, Shape]]:
        """Name -> (input, output or None, shape) of what the block declares, in order."""
        found = [(m.start(), m[2], (m[1], Shape(_dims(m[3])))) for m in _SIGNAL.finditer(self.body)]
        for m in _BUS.finditer(";" + self.body):
            named = _NAMED.match(";" + self.body, m.end())
            if named:
                shape = Shape(_dims(named[2]), (m[2], split(m[3])))
                found.append((m.start(), named[1], (m[1], shape)))
        return {name: what for _, name, what in sorted(found, key=lambda entry: entry[0])}

    @cached_property
    def called(self) -> frozenset[str]:
        """Names of all that is called here: templates, buses and functions among them."""
        return frozenset(_CALLED.findall(self.body))

    @cached_property
    def lengths(self) -> frozenset[str]:
        """Names that a length, or a parameter of a bus, of an input or output is made of."""
        outer = [shape for direction, shape in self.signals.values() if direction]
        texts = [t for s in outer for t in (*s.dims, *(s.bus[1] if s.bus else ()))]
        return frozenset(re.findall(r"[A-Za-z_]\w*", " ".join(texts)))

    def statements(self) -> Iterator[Statement]:
        """Every statement of the body in order, braces apart."""
        position = self.start
        loops: list[bool] = []
        for piece in statements(self.body):
            begin = control_end(piece)
            begin += len(piece[begin:]) - len(piece[begin:].lstrip())
            control = piece[:begin]
            loop = bool(re.search(r"\b(?:for|while)\b", control))
            yield Statement(
                position + begin, position + len(piece), piece[begin:], control, loop or any(loops)
            )
            if piece.endswith("{"):
                loops.append(loop)
            elif piece.endswith("}") and loops:
                loops.pop()
            position += len(piece)

    def instance(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """(template, arguments) that a component of this template is made of."""
        made = re.search(
            rf"\b{name}\s*(?:\[[^=;]*\]\s*)?=\s*(?:parallel\s+)?([A-Z]\w*)\s*\(", self.body
        )
        if not made:
            return None
        end = closing(self.body, made.end() - 1, "()")
        return made[1], split(self.body[made.end() : end])


def blocks(text: str) -> list[Block]:
    """Every template, bus and function of a file; bodies without comments."""
    bare, found = blanked(text), []
    for m in _BLOCK.finditer(bare):
        end = closing(bare, m.end() - 1, "{}")
        found.append(Block(m[1], m[2], split(m[3]), m.end(), bare[m.end() : end]))
    return found


class Library:
    """Every template, bus and function of a set of files, by name."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.blocks = {b.name: b for text in sources.values() for b in blocks(text)}

    def reachable(self, template: str) -> frozenset[str]:
        """The template and all that its instances contain."""
        reached, waiting = set(), [template]
        while waiting:
            name = waiting.pop()
            if name in self.blocks and name not in reached:
                reached.add(name)
                waiting += self.blocks[name].called
        return frozenset(reached)

    def text(self, template: str) -> list[tuple[str, str]]:
        """The template and all that its instances contain, as (name, parameters and body)."""
        found = (self.blocks[name] for name in sorted(self.reachable(template)))
        return [(block.name, f"{block.parameters}{block.body}") for block in found]

    def shape(self, template: str, expression: str) -> Shape | None:
        """The shape of a signal, bus or component's signal as the template names it."""
        block, bound = self.blocks[template], {}
        segments = [_segment(part) for part in split(expression, ".")]
        name, indices = segments.pop(0)
        if name not in block.signals:
            made = block.instance(name)
            if not made or made[0] not in self.blocks or not segments:
                return None
            block = self.blocks[made[0]]
            bound = dict(zip(block.parameters, made[1], strict=True))
            name, indices = segments.pop(0)
        while True:
            if name not in block.signals:
                return None
            shape = _bind(block.signals[name][1], bound)
            shape = Shape(shape.dims[indices:], shape.bus)
            if not segments:
                return shape
            if shape.bus is None:
                return None
            block = self.blocks[shape.bus[0]]
            bound = dict(zip(block.parameters, shape.bus[1], strict=True))
            name, indices = segments.pop(0)

    def fields(self, bus: tuple[str, tuple[str, ...]]) -> list[tuple[str, Shape]]:
        """Name and shape of every field of a bus with these arguments."""
        block = self.blocks[bus[0]]
        bound = dict(zip(block.parameters, bus[1], strict=True))
        return [(name, _bind(shape, bound)) for name, (_, shape) in block.signals.items()]


def split(text: str, separator: str = ",") -> tuple[str, ...]:
    """The parts between separators that no bracket encloses; none of an empty text."""
    parts, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character == separator:
            parts.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return (*parts, last) if parts or last else ()


def _dims(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.findall(r"\[([^\]]*)\]", text))


def _segment(text: str) -> tuple[str, int]:
    name, bracket, rest = text.partition("[")
    return name.strip(), len(re.findall(r"\]\s*(?:\[|$)", bracket + rest))


def _bind(shape: Shape, bound: Mapping[str, str]) -> Shape:
    def put(text: str) -> str:
        return re.sub(
            r"\b[A-Za-z_]\w*\b", lambda m: f"({bound[m[0]]})" if m[0] in bound else m[0], text
        )

    bus = shape.bus and (shape.bus[0], tuple(map(put, shape.bus[1])))
    return Shape(tuple(map(put, shape.dims)), bus)
