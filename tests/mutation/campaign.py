# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin that judges mutants instead of running tests.

Tests are collected once; each mutant is then judged in a fork, by the cheapest tests first: those
of the smallest circuit that contains the mutated template, and what has killed its siblings.
"""

from __future__ import annotations

import json
import os
import selectors
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from circuits.compiled import ROOT, read_sources
from circuits.compiler import load_compiler
from circuits.harness import Circuit

from mutation.coverage import Exercise, circuit_of, load, measure, save
from mutation.mutant import Mutant
from mutation.templates import Library
from mutation.verdict import SURVIVED, Failures, Verdict, judge
from zkmargin.files import sha256

NOT_SEMANTIC = (
    *("test_constraints.py", "test_inspect.py", "test_circheck.py"),
    *("test_source.py", "test_harness.py"),
)
Decided = Callable[[Mutant, Verdict], None]


@dataclass
class Campaign:
    """Judges `mutants` in `session`'s tests.

    coverage   where what the tests exercise is kept
    excused    judged once only: that they survive has a reason
    seconds    for each mutant, at --O0 and then at --O2
    """

    mutants: Sequence[Mutant]
    library: Library
    coverage: Path
    decided: Decided
    jobs: int
    excused: frozenset[Mutant]
    seconds: tuple[float, float]
    _killers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of the tests' own run."""
        items = {i.nodeid: i for i in session.items if i.path.name not in NOT_SEMANTIC}
        self._measure(items)
        load_compiler()  # once for all forks; run here, it would start threads that none inherits
        exercises = [e for e in load(self.coverage)[1] if e.test in items and e.is_semantic]
        for include in {key[0] for e in exercises for key in e.circuits}:
            read_sources(include)
        self._judge_all(sorted(exercises, key=lambda e: e.order), items)
        return True

    def _measure(self, items: dict[str, pytest.Item]) -> None:
        """Runs the tests of the files that have changed since their coverage was kept."""
        now = {item.path.name: sha256(item.path) for item in items.values()}
        before, kept = load(self.coverage)
        changed = {name for name, digest in now.items() if before.get(name) != digest}
        fresh = [item for item in items.values() if item.path.name in changed]
        kept = [e for e in kept if e.file not in changed]
        if not fresh:
            return
        child = os.fork()
        if child == 0:
            try:
                save(self.coverage, before | now, kept + measure(fresh, Failures().run))
                os._exit(0)
            except BaseException as error:
                sys.stderr.write(f"{error}\n")
                os._exit(1)
        assert os.waitpid(child, 0)[1] == 0, "a test fails on the circuits as they are"

    def _plan(self, mutant: Mutant, exercises: Sequence[Exercise]) -> list[Exercise]:
        reaching = [
            e for e in exercises
            if any(mutant.template in self.library.reachable(key[1]) for key in e.circuits)
        ]  # fmt: skip
        cheapest = reaching[0].order[0] if reaching else 0
        first = {test: i for i, test in enumerate(reversed(self._killers[mutant.template][-8:]))}
        known = [e for e in reaching if e.test in first and e.order[0] <= 2 * cheapest]
        known.sort(key=lambda e: first[e.test])
        honest = [e for e in reaching if "accepts" in e.kinds][:1]  # most need no more than that
        planned = dict.fromkeys(e.test for e in (*honest, *known, *reaching))
        named = {e.test: e for e in reaching}
        return [named[test] for test in planned]

    def _smallest(self, mutant: Mutant, planned: Sequence[Exercise]) -> Circuit:
        found = {
            key: weight
            for exercise in planned
            for key, weight in zip(exercise.circuits, exercise.weights, strict=True)
            if mutant.template in self.library.reachable(key[1])
        }
        return circuit_of(min(found, key=lambda key: found[key]))

    def _judge_all(self, exercises: list[Exercise], items: dict[str, pytest.Item]) -> None:
        running: dict[int, tuple[Mutant, bool, int]] = {}
        selector = selectors.DefaultSelector()
        waiting = self._waves()
        again: list[Mutant] = []
        while True:
            while len(running) < self.jobs:
                task = next(waiting, None) or (again and (again.pop(0), True)) or None
                if task is None:
                    break
                reader, child = self._start(*task, exercises, items)
                running[reader] = (*task, child)
                selector.register(reader, selectors.EVENT_READ)
            if not running:
                return
            for key, _ in selector.select():
                reader = int(key.fd)
                mutant, optimised, child = running.pop(reader)
                selector.unregister(reader)
                verdict = _finish(reader, child)
                once = optimised or mutant in self.excused
                if verdict.outcome == SURVIVED and not once:
                    again.append(mutant)
                    continue
                if verdict.test:
                    self._killers[mutant.template].append(verdict.test)
                self.decided(mutant, verdict)

    def _waves(self) -> Iterator[tuple[Mutant, bool]]:
        last = sorted(self.mutants, key=lambda mutant: mutant in self.excused)
        yield from ((mutant, False) for mutant in last)

    def _start(
        self,
        mutant: Mutant,
        optimised: bool,
        exercises: list[Exercise],
        items: dict[str, pytest.Item],
    ) -> tuple[int, int]:
        planned = self._plan(mutant, exercises)
        plan = [(e, items[e.test]) for e in planned]
        reader, writer = os.pipe()
        child = os.fork()
        if child:
            os.close(writer)
            return reader, child
        try:
            verdict = (
                judge(
                    mutant,
                    plan,
                    self._smallest(mutant, planned),
                    optimised=optimised,
                    seconds=self.seconds[optimised],
                )
                if plan
                else Verdict(SURVIVED, words="no test builds the template")
            )
        except BaseException as error:
            verdict = Verdict("error", words=f"{type(error).__name__}: {error}"[:500])
        os.write(writer, json.dumps(asdict(verdict)).encode())
        os._exit(0)


def _finish(reader: int, child: int) -> Verdict:
    parts = []
    while part := os.read(reader, 65_536):
        parts.append(part)
    os.close(reader)
    os.waitpid(child, 0)
    return Verdict(**json.loads(b"".join(parts))) if parts else Verdict("error", words="died")


def collect(plugin: Any, tests: str, *arguments: str) -> int:
    """Collects the circuit tests at a path and hands them to a plugin; pytest's exit code."""
    os.chdir(ROOT)
    return int(pytest.main([tests, "-p", "no:cacheprovider", *arguments], [plugin]))
