# SPDX-License-Identifier: Apache-2.0
"""The committed verdicts are those of the circuits as they are; a sample of them is judged anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest
from circuits.compiled import ROOT

from mutation.operators import mutants
from mutation.report import circuit_sources, committed, digest
from mutation.templates import Library, blocks

OPERATORS = {"dropped", "lost", "parameter", "off by one", "coefficient", "sign", "iteration"}
SAMPLE, ITS_TESTS = "circuits/compare.circom", "tests/circuits/test_compare.py"
SOURCES = circuit_sources()


def mutants_of(text: str) -> list[str]:
    """What the mutants of one template's body are, and of what kind."""
    source = f"pragma circom 2.2.0;\ntemplate T(N) {{ {text} }}\n"
    checks = {"circuits/range.circom": SOURCES["circuits/range.circom"], "t.circom": source}
    return [f"{m.operator}: {m.after}" for m in mutants("t.circom", checks)]


def test_every_circuit_file_is_in_the_snapshot() -> None:
    assert committed().keys() == SOURCES.keys(), "`make mutants` rewrites the snapshot"


@pytest.mark.parametrize("path", sorted(SOURCES))
def test_the_verdicts_are_of_the_mutants_that_the_file_has_now(path: str) -> None:
    found = mutants(path, SOURCES)
    row = committed()[path]

    assert row["sha256"] == digest(found), "`make mutants` judges the file anew"
    counted = row["mutants"] + row["invalid"] + row["same constraints"] + row["unjudged"]
    assert counted == len(found)
    assert row["killed"] + len(row["survivors"]) == row["mutants"]


def test_every_mutant_has_been_judged() -> None:
    assert {path: row["unjudged"] for path, row in committed().items() if row["unjudged"]} == {}


@pytest.mark.parametrize("path", sorted(SOURCES))
def test_every_survivor_has_a_reason(path: str) -> None:
    reasons = committed()[path]["survivors"]

    assert [name for name, reason in reasons.items() if len(reason.split()) < 5] == []


def test_every_operator_finds_something_in_the_circuits() -> None:
    counts = Counter(m.operator for path in SOURCES for m in mutants(path, SOURCES))

    assert counts.keys() == OPERATORS


def test_every_template_has_mutants() -> None:
    bare = []
    for path, text in SOURCES.items():
        mutated = {m.template for m in mutants(path, SOURCES)}
        templates = [b for b in blocks(text) if b.kind == "template"]
        bare += [b.name for b in templates if "=" in b.body and b.name not in mutated]

    assert bare == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("signal input a; a === 0;", {"dropped: nothing", "coefficient: a === 1;"}),
        ("signal input a; signal b; b <== a;", {"lost: b <-- a"}),
        ("signal input a; AssertRange(8)(a);", {"parameter: AssertRange(7)(a);"}),
        ("signal input a; AssertRange(8)(a);", {"off by one: AssertRange(8)((a) + 1);"}),
        ("signal input a[2]; a[0] - a[1] === 0;", {"sign: a[0] + a[1] === 0;"}),
        ("signal input a[N]; for (var i = 0; i < N; i++) a[i] === 0;",
         {"iteration: for (var i = 0; i < N - 1; i++)"}),
    ],
)  # fmt: skip
def test_a_constraint_has_its_faults(text: str, expected: set[str]) -> None:
    assert expected <= set(mutants_of(text))


@pytest.mark.parametrize(
    "text", ["signal b; b <-- 1;", "assert(N < 253);", "/* a === b; */", "var k[2]; k[0] = k[1];"]
)
def test_what_constrains_nothing_has_none(text: str) -> None:
    assert mutants_of(text) == []


def test_the_shape_of_a_bus_is_followed_through_its_components() -> None:
    library = Library(SOURCES)
    shape = library.shape("OpenAccount", "opening.book")

    assert shape
    assert shape.bus == ("Book", ("(SLOTS)",))
    assert [name for name, _ in library.fields(shape.bus)][:3] == ["account", "version", "cash"]


@pytest.mark.circuit
@pytest.mark.soundness
@pytest.mark.slow
def test_a_sample_of_the_mutants_is_still_killed() -> None:
    """Every twelfth of one file, by its own tests; a gap in them would show as a survivor."""
    command = [sys.executable, "-m", "mutation", SAMPLE, "--every", "12", "--no-write"]
    command += ["--tests", ITS_TESTS]
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(
        command, cwd=ROOT / "tests", env={**os.environ, **paths}, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert "every survivor has a reason" in done.stdout
