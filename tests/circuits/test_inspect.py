# SPDX-License-Identifier: Apache-2.0
"""What `circom --inspect` finds in the circuits is known, and each finding has its reason.

CA01 is a signal that its template uses in no constraint, CA02 one of a component that the caller
uses in none. inspect_allowed.json lists those that are meant: patterns for whole names.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from circuits.harness import compile_template
from circuits.liquidation_cases import LIQUIDATE, NAV
from circuits.margin_cases import MARGIN
from circuits.shortfall_cases import SHORTFALL

pytestmark = pytest.mark.circuit

FINDING = re.compile(
    r'(CA\d+): In template "(.+?)": (?:Local signal|Subcomponent input/output signal'
    r"|Array of (?:local|subcomponent input/output) signals) (\S+)"
    r"(?: contains a total of (\d+) signals that do not| does not) appear in any constraint.*"
)
PART = re.compile(r"Part\((\d+),\d+,(\d+),\d+\)")


@dataclass(frozen=True)
class Finding:
    """One warning; `count` is how many signals of an array it is about."""

    kind: str
    template: str
    signal: str
    count: int

    @classmethod
    def read(cls, warning: str) -> Finding:
        found = FINDING.fullmatch(warning)
        assert found, f"circom warns of something new: {warning}"
        kind, template, signal, count = found.groups()
        return cls(kind, template, signal, int(count or 1))


@dataclass(frozen=True)
class Allowed:
    """One entry of the list."""

    template: str
    kind: str
    signal: str
    reason: str

    def matches(self, finding: Finding) -> bool:
        return (
            finding.kind == self.kind
            and re.fullmatch(self.template, finding.template) is not None
            and re.fullmatch(self.signal, finding.signal) is not None
        )


ALLOWED = [
    Allowed(**entry)
    for entry in json.loads(Path(__file__).with_name("inspect_allowed.json").read_text("utf-8"))
]


STATEMENTS = (MARGIN, SHORTFALL, NAV, LIQUIDATE)


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return [Finding.read(w) for circuit in STATEMENTS for w in circuit.proven.warnings]


def test_every_finding_is_meant(findings: list[Finding]) -> None:
    unknown = [f for f in findings if not any(entry.matches(f) for entry in ALLOWED)]

    assert unknown == []


def test_every_entry_of_the_list_is_still_found(findings: list[Finding]) -> None:
    stale = [entry for entry in ALLOWED if not any(entry.matches(f) for f in findings)]

    assert stale == []


def test_every_name_in_a_pattern_is_still_found(findings: list[Finding]) -> None:
    signals = " ".join(finding.signal for finding in findings)
    names = {name for entry in ALLOWED for name in re.findall(r"[A-Za-z]\w+", entry.signal)}

    assert {name for name in names if not re.search(rf"\b{name}\b", signals)} == set()


def test_every_entry_has_a_reason() -> None:
    assert [entry for entry in ALLOWED if len(entry.reason.split()) < 5] == []


def test_every_input_of_main_is_in_a_constraint(findings: list[Finding]) -> None:
    kinds = {"Margin": {"CA02"}, "Shortfall": {"CA02"}, "Nav": {"CA02"}, "Liquidate": set()}
    for name, known in kinds.items():
        main = f"{name}(2,2,1)"
        assert [f for f in findings if f.template == main and f.kind == "CA01"] == []
        entries = [entry for entry in ALLOWED if re.match(entry.template, main)]
        assert {entry.kind for entry in entries} == known


def test_a_part_leaves_out_the_bits_that_it_does_not_select(findings: list[Finding]) -> None:
    parts = [(PART.fullmatch(f.template), f.count) for f in findings if "Part(" in f.template]

    assert parts
    for part, count in parts:
        assert part
        assert count == int(part[1]) - int(part[2])


def test_an_unused_input_is_found() -> None:
    warnings = compile_template("circuits/cdf.circom", "Part", 4, 1, 2, 0).proven.warnings

    assert [Finding.read(w) for w in warnings] == [Finding("CA01", "Part(4,1,2,0)", "in", 2)]
