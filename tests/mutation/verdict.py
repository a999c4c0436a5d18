# SPDX-License-Identifier: Apache-2.0
"""Judges one mutant, in a process of its own.

A test that fails counts only if it is the constraints that answer wrongly: an honest witness is
refused, a forged one taken, a wire free, or an output not the specification's. That a mutant does
not compile, costs something else, or names another constraint when it refuses, kills nothing.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol
from circuits.compiled import Build, Inputs, build, read_sources
from circuits.constraint_system import ConstraintSystem
from circuits.harness import Circuit
from circuits.stripping import indented, stripped

from circuits import compiled, harness
from mutation.arrows import REPLAYED
from mutation.coverage import Exercise
from mutation.mutant import Mutant
from zkmargin.errors import ProvingError, ToolError

KILLED: Final = "killed"
SURVIVED: Final = "survived"
EQUIVALENT: Final = "same constraints"
INVALID: Final = "does not compile"
FORGED_INPUTS: Final = 2  # of each circuit, that every forgery of a lost constraint is tried with
_HARNESS: Final = ("stripping.py", "compiled.py", "compiler.py")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, and the test that killed it."""

    outcome: str
    test: str = ""
    words: str = ""


class FreeSignalError(AssertionError):
    """A signal whose constraint a mutant has lost took another value, and nothing refused it."""


class AnyWords(str):
    """What a constraint is called does not matter here: every text is in this one."""

    __slots__ = ()

    def __contains__(self, _text: object) -> bool:
        return True


class Failures:
    """The pytest plugin that keeps the exception of a test that fails."""

    def __init__(self) -> None:
        self.last: BaseException | None = None

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        """Keeps it."""
        self.last = call.excinfo.value if call.excinfo else None

    def run(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        """Runs one test; whether it passes."""
        self.last = None
        reports = runtestprotocol(item, log=False, nextitem=following)
        return not any(report.failed for report in reports)


def judge(
    mutant: Mutant,
    plan: Sequence[tuple[Exercise, pytest.Item]],
    circuit: Circuit,
    *,
    optimised: bool,
    seconds: float,
) -> Verdict:
    """The verdict of the tests of a plan, in its order, within a time of this process.

    circuit     the smallest that contains the mutated template
    optimised   whether what is proven is compiled with --O2, as it is shipped, or as with --O0,
                which is much faster and the same statement
    """
    source = read_sources(mutant.path)[mutant.path]
    original = build_plain(circuit)
    with tempfile.TemporaryDirectory(prefix="zkmargin-mutant-") as folder:
        _isolate(Path(folder), optimised)
        compiled.OVERLAY[mutant.path] = mutant.applied(source)
        try:
            if _same(original, build_plain(circuit)):
                return Verdict(EQUIVALENT)
        except ToolError as error:
            return Verdict(INVALID, words=str(error)[-300:])
        if mutant.forgeries:
            harness.OBSERVERS.append(_Forger(mutant, source))
        return _run(plan, time.process_time() + seconds)


def _run(plan: Sequence[tuple[Exercise, pytest.Item]], deadline: float) -> Verdict:
    failures = Failures()
    signal.signal(signal.SIGPROF, _stop)  # in the middle of a test, too
    signal.setitimer(signal.ITIMER_PROF, max(1.0, deadline - time.process_time()))
    plan[0][1].config.pluginmanager.register(failures)
    items = [item for _, item in plan]
    for item, following in zip(items, [*items[1:], None], strict=True):
        if time.process_time() > deadline:
            return Verdict(SURVIVED, words="out of time")
        if not failures.run(item, following) and _counts(failures.last):
            return Verdict(
                KILLED, item.nodeid, f"{type(failures.last).__name__}: {failures.last}"[:200]
            )
    return Verdict(SURVIVED)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("out of time")


def _counts(error: BaseException | None) -> bool:
    """Whether a failure is the constraints' own answer, not the harness's trouble."""
    if isinstance(error, ProvingError):
        return True
    if not isinstance(error, AssertionError) or str(error).startswith("no free wire matches"):
        return False
    trace, last = error.__traceback__, ""
    while trace:
        code = trace.tb_frame.f_code
        last = Path(code.co_filename).name
        if code.co_name in ("_lax", "_built"):
            return False
        trace = trace.tb_next
    return last not in _HARNESS


def build_plain(circuit: Circuit) -> Build:
    """The circuit with --O0, from the sources as they now are, and past every cache in memory."""
    sources = {path: indented(text) for path, text in read_sources(circuit.include).items()}
    return build(circuit.template, circuit.main, sources, "--O0")


def _same(one: Build, other: Build) -> bool:
    first, second = (made.directory / "out" / "main.r1cs" for made in (one, other))
    return first.read_bytes() == second.read_bytes()


def _isolate(folder: Path, optimised: bool) -> None:
    compiled.CACHE = folder
    compiled.INSPECT.clear()
    os.environ["ZKMARGIN_CACHE"] = str(folder / "cache")
    describe = ConstraintSystem.describe
    ConstraintSystem.describe = lambda self, index: AnyWords(describe(self, index))  # type: ignore[method-assign]
    if not optimised:
        Circuit.proven = property(lambda self: self.plain)  # type: ignore[assignment,misc]


class _Forger:
    """Gives the signals that a mutant has set free other values, in tests that do not know of it.

    After an honest witness: moved ones. With inputs that are refused: those of the witness before.
    """

    def __init__(self, mutant: Mutant, source: str) -> None:
        self._mutant, self._source = mutant, source
        self._tried: dict[Circuit, int] = {}
        self._honest: dict[Circuit, Inputs] = {}
        self._made: dict[tuple[Circuit, str], Build] = {}
        self._kept: dict[Circuit, str] = {}

    def __call__(self, what: str, circuit: Circuit, inputs: Inputs) -> None:
        if what == "accepts":
            if circuit in self._honest or not self._is_replayed(circuit):
                self._move(circuit, inputs)
            self._kept.pop(circuit, None)
            self._honest[circuit] = inputs  # the first is for a replay, which costs less
        elif what == "rejects" and circuit in self._honest:
            self._replay(circuit, inputs)

    def _is_replayed(self, circuit: Circuit) -> bool:
        return self._mutant.replay is not None and circuit.template == self._mutant.template

    def _move(self, circuit: Circuit, inputs: Inputs) -> None:
        tried = self._tried.get(circuit, 0)
        if tried >= FORGED_INPUTS:
            return
        self._tried[circuit] = tried + 1
        system, honest = circuit.plain.system, circuit.plain.run(inputs)
        for forgery in self._mutant.forgeries:
            witness = self._lax(circuit, forgery).run(inputs)
            if witness != honest and system.broken(witness) is None:
                raise FreeSignalError(f"{self._mutant.name} takes another value with {inputs}")

    def _replay(self, circuit: Circuit, inputs: Inputs) -> None:
        if self._mutant.replay is None or not self._is_replayed(circuit):
            return
        system = circuit.plain.system
        if circuit not in self._kept:
            self._kept[circuit] = self._replayed(circuit, *self._mutant.replay)
        witness = self._lax(circuit, self._kept[circuit]).run(inputs)
        if system.broken(witness) is None:
            raise FreeSignalError(f"{self._mutant.name} goes on as before with {inputs}")

    def _replayed(self, circuit: Circuit, statement: str, left: str) -> str:
        witness = circuit.plain.run(self._honest[circuit])
        signals = (
            f"{name} <-- {witness[wire]}; "
            for name, wire in circuit.plain.system.wires.items()
            if name == left or name.startswith((f"{left}.", f"{left}["))
        )
        return statement.replace(REPLAYED, "".join(signals))

    def _lax(self, circuit: Circuit, forgery: str) -> Build:
        if (circuit, forgery) not in self._made:
            sources: Mapping[str, str] = read_sources(circuit.include) | {
                self._mutant.path: self._mutant.applied(self._source, forgery)
            }
            lax = {path: indented(stripped(text)) for path, text in sources.items()}
            made = build(f"{circuit.template}-forged", circuit.main, lax, "--O0")
            self._made[circuit, forgery] = made
        return self._made[circuit, forgery]
