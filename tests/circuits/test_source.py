# SPDX-License-Identifier: Apache-2.0
"""The house rules of the circuit sources, and that each rule finds the fault it is there for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from circuits.compiled import ROOT
from circuits.stripping import closing

FILES = sorted((ROOT / "circuits").rglob("*.circom"))
SPDX = "// SPDX-License-Identifier: Apache-2.0"
FILE_LINES = 200
BODY_LINES = 60

_LINE_COMMENT = re.compile(r"//[^\n]*")
_BLOCK = re.compile(r"\b(template|function)\s+(\w+)\s*\(([^)]*)\)")
_ASSERT = re.compile(r"\bassert\s*\(")
_DROPPED = re.compile(r"(?:^|[;{}])\s*(_|\([^()=]*\b_\b[^()=]*\))\s*<==\s*([^;]*);")
_CALL = re.compile(r"(?:parallel\s+)?\w+\(.*\)\(.*\)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A template or function: its first line and its body, without comments."""

    kind: str
    name: str
    parameters: frozenset[str]
    line: int
    body: str


def code(text: str) -> str:
    """The text without comments, every line where it was."""
    return _LINE_COMMENT.sub("", text)


def blocks(text: str) -> Iterator[Block]:
    """Every template and function of a file."""
    bare = code(text)
    for found in _BLOCK.finditer(bare):
        opening = bare.index("{", found.end())
        names = frozenset(re.findall(r"\w+", found[3]))
        body = bare[opening + 1 : closing(bare, opening, "{}")]
        yield Block(found[1], found[2], names, bare.count("\n", 0, found.start()), body)


def hints_without_reason(text: str) -> list[str]:
    """Lines with `<--` that neither bear a comment nor stand in a paragraph that one heads."""
    faults, lines = [], text.splitlines()
    for i, line in enumerate(lines):
        if "<--" not in code(line) or "//" in line:
            continue
        head = i
        while head and lines[head - 1].strip():
            head -= 1
        paragraph = [part.strip() for part in lines[head:i]]
        if not any(part.startswith("//") for part in paragraph):
            faults.append(line.strip())
    return faults


def asserts_on_values(text: str) -> list[str]:
    """Asserts that depend on more than the parameters of their template or function."""
    faults, inside = [], 0
    for block in blocks(text):
        for found in _ASSERT.finditer(block.body):
            inside += 1
            end = closing(block.body, found.end() - 1, "()")
            condition = block.body[found.end() : end]
            names = re.findall(r"[A-Za-z_]\w*", condition)
            if not names or not block.parameters.issuperset(names):
                faults.append(f"{block.name}: assert({condition})")
    assert inside == len(_ASSERT.findall(code(text)))
    return faults


def dropped_expressions(text: str) -> list[str]:
    """Assignments to `_` of anything but a component's outputs: circom makes no constraint."""
    found = _DROPPED.findall(code(text))
    return [f"{left} <== {right}" for left, right in found if not _CALL.fullmatch(right.strip())]


def long_files(text: str) -> list[str]:
    """A file written by hand that is too long."""
    lines = text.splitlines()
    generated = "generated" in "".join(lines[:3]).lower()
    return [f"{len(lines)} lines"] if len(lines) > FILE_LINES and not generated else []


def code_lines(block: Block) -> int:
    """Lines of a body that are neither blank nor a comment."""
    return sum(bool(line.strip()) for line in block.body.splitlines())


def long_templates(text: str) -> list[str]:
    """Templates whose body has too many lines of code."""
    sizes = {b.name: code_lines(b) for b in blocks(text) if b.kind == "template"}
    return [f"{name}: {size} lines" for name, size in sizes.items() if size > BODY_LINES]


def templates_without_header(text: str) -> list[str]:
    """Templates that no block of comments names in its first line."""
    lines = text.splitlines()
    heads = [
        line
        for i, line in enumerate(lines)
        if line.startswith("//") and not (i and lines[i - 1].startswith("//"))
    ]
    words = {word for head in heads for word in re.findall(r"\w+", head)}
    return [b.name for b in blocks(text) if b.kind == "template" and b.name not in words]


def missing_licence(text: str) -> list[str]:
    """A file that does not start with the licence."""
    first = text.partition("\n")[0]
    return [] if first == SPDX else [f"starts with {first!r}"]


Rule = Callable[[str], list[str]]
RULES: list[Rule] = [
    hints_without_reason,
    asserts_on_values,
    dropped_expressions,
    long_files,
    long_templates,
    templates_without_header,
    missing_licence,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_circuits_keep_the_rule(rule: Rule) -> None:
    faults = {str(path.relative_to(ROOT)): rule(path.read_text("utf-8")) for path in FILES}

    assert {path: found for path, found in faults.items() if found} == {}


def body(statement: str) -> str:
    return f"// T: x.\ntemplate T(N) {{\n    signal input a;\n\n    {statement}\n}}\n"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (hints_without_reason, body("out <-- a;")),
        (hints_without_reason, body("// unique\n\n    out <-- a;")),
        (hints_without_reason, body("for (var i = 0; i < N; i++) {\n        out[i] <-- a;\n    }")),
        (asserts_on_values, body("assert(a < 5);")),
        (asserts_on_values, body("assert(N < 5 && a == 3);")),
        (asserts_on_values, body("assert(1);")),
        (dropped_expressions, body("_ <== a * a;")),
        (dropped_expressions, body("_ <== (a + 1) * (a + 2);")),
        (dropped_expressions, body("var x = 1; _ <== a * (a - 1);")),
        (dropped_expressions, body("(_, b) <== (a * a, a);")),
        (dropped_expressions, body("for (var i = 0; i < N; i++) { _ <== a * a; }")),
        (long_files, "\n" * 201),
        (long_templates, body("a === 0;\n" * 60)),
        (templates_without_header, "template T() {\n}\n"),
        (templates_without_header, "// About T.\n\ntemplate U() {\n}\n"),
        (templates_without_header, "// Other: x,\n// not like T.\ntemplate T() {\n}\n"),
        (missing_licence, f"pragma circom 2.2.0;\n{SPDX}\n"),
    ],
)
def test_a_rule_finds_its_fault(rule: Rule, text: str) -> None:
    assert len(rule(text)) == 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (hints_without_reason, body("out <-- a; // unique")),
        (hints_without_reason, body("// unique\n    out <-- a;")),
        (hints_without_reason, body("// <-- in a comment is no hint")),
        (asserts_on_values, body("assert(N + 2 < 253);")),
        (dropped_expressions, body("(_, b) <== SignMagnitude(N)(a - 1);")),
        (dropped_expressions, body("_ <== IsZero()(a);")),
        (dropped_expressions, body("// `_ <== a * a;` would be none")),
        (long_files, "\n" * 200),
        (long_files, "// Generated\n" + "\n" * 500),
        (long_templates, body("a === 0;\n" * 59 + "\n" * 9 + "// why\n" * 9)),
        (templates_without_header, "// T and U turn.\n\ntemplate U() {\n}\n"),
    ],
)
def test_a_rule_lets_pass_what_is_meant(rule: Rule, text: str) -> None:
    assert rule(text) == []
