# SPDX-License-Identifier: Apache-2.0
"""Tests one circom template: what it accepts, what it costs, and what no prover can forge.

    circuit = compile_template("circuits/fixed.circom", "FloorDivide", 37, 30, 29)

    accepts(circuit, {"divisor": 3})["quotient"]      the outputs of an honest witness
    rejects(circuit, {"divisor": 0})                  bad inputs
    rejects(circuit, {"divisor": 3}, hints={"FloorDivide.quotient": "5"})
    rejects(circuit, {"divisor": 3}, wires={"quotient": 5})
    assert_pinned(circuit, {"divisor": 3})            no wire can change alone
    cost(circuit).constraints                         after --O2

A witness program refuses bad inputs by itself, which proves nothing: a prover writes his own. So
`rejects` computes the witness with a lax program, stripped of its checks, puts the forged hints or
wires in, and asks the real constraints. Program and constraints are both compiled with --O0, where
their wires are the same; that they are is checked. `accepts` and `assert_pinned` use --O2, which
is what is proven. Inputs are integers of either sign, reduced modulo r; outputs are in [0, r).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from circuits.compiled import Build, Inputs, build, read_sources
from circuits.constraint_system import PLACE
from circuits.stripping import indented, stripped, with_hint
from zkmargin.errors import ProvingError
from zkmargin.field import MODULUS
from zkmargin.proving.r1cs import A, B, C

Hints = Mapping[str, str | int]
# Told what a test asks of which circuit: "accepts", "rejects", "forged"
# (refused with other hints or wires), "pinned", "cost" or "built".
OBSERVERS: list[Callable[[str, Circuit, Inputs], None]] = []


@dataclass(frozen=True)
class Circuit:
    """One template with its parameters as `main`; compiled when it is first needed."""

    include: str
    template: str
    parameters: tuple[int | str, ...]
    public: tuple[str, ...]

    @property
    def main(self) -> str:
        """The main file."""
        public = f" {{public [{', '.join(self.public)}]}}" if self.public else ""
        call = f"{self.template}({', '.join(map(str, self.parameters))})"
        header = f'pragma circom 2.2.0;\ninclude "{self.include}";\n'
        return f"{header}component main{public} = {call};\n"

    @property
    def proven(self) -> Build:
        """As it is proven, with --O2."""
        _tell("built", self)
        return _built(self, "--O2")

    @property
    def plain(self) -> Build:
        """With --O0: every signal has its own wire."""
        _tell("built", self)
        return _built(self, "--O0")

    def lax(self, hints: Hints) -> Build:
        """Stripped of its checks, some of its hints replaced, with the wires of `plain`."""
        return _lax(self, tuple(sorted((name, str(value)) for name, value in hints.items())))


def compile_template(
    include: str, template: str, *parameters: int | str, public: Sequence[str] = ()
) -> Circuit:
    """The circuit `main = template(parameters)`.

    include   path of the template's file below the root of the checkout
    public    names of the public inputs
    """
    return Circuit(include, template, parameters, tuple(public))


def accepts(circuit: Circuit, inputs: Inputs) -> dict[str, int | list[int]]:
    """Requires an honest witness that satisfies the constraints; returns main's outputs."""
    witness = circuit.proven.run(inputs)
    broken = circuit.proven.system.broken(witness)
    assert broken is None, f"the circuit's own witness for {inputs} breaks {broken}"
    _tell("accepts", circuit, inputs)
    return circuit.proven.system.outputs(witness)


def rejects(
    circuit: Circuit,
    inputs: Inputs,
    *,
    hints: Hints | None = None,
    wires: Mapping[str, int] | None = None,
) -> str:
    """Requires the constraints to refuse a forged witness; returns the constraint that did.

    hints   a circom expression, or an integer, for a hint `Template.left side`; what follows from
            it is computed anew, in every instance of the template
    wires   signals of main that are overwritten at the very end
    """
    witness = forge(circuit, inputs, hints=hints, wires=wires)
    broken = circuit.plain.system.broken(witness)
    assert broken is not None, f"forged witness accepted: {inputs}, {hints=}, {wires=}"
    _tell("forged" if hints or wires else "rejects", circuit, inputs)
    return broken


def forge(
    circuit: Circuit,
    inputs: Inputs,
    *,
    hints: Hints | None = None,
    wires: Mapping[str, int] | None = None,
) -> list[int]:
    """A witness at --O0 from the lax program; whether it satisfies anything is not asked here."""
    witness = circuit.lax(hints or {}).run(inputs)
    for name, value in (wires or {}).items():
        witness[circuit.plain.system.wires[name]] = value % MODULUS
    return witness


def refuses(circuit: Circuit, inputs: Inputs) -> str:
    """Requires the honest program to stop; returns its words. Says nothing about forgers."""
    try:
        circuit.proven.run(inputs)
    except ProvingError as error:
        return str(error)
    raise AssertionError(f"the witness program accepts {inputs}")


def assert_pinned(circuit: Circuit, inputs: Inputs, free: Mapping[str, str] | None = None) -> None:
    """Requires that, with the inputs given, no other wire of an honest witness can change alone.

    Tried at --O2, where what depends linearly on a wire changes with it. The inputs are made public
    for that, or --O2 would leave some of them to follow a changed wire.

    free   regular expressions for whole names of wires that are free by design, each with the
           reason; a wire listed here that is pinned after all is an error too
    """
    pinned = replace(circuit, public=tuple(sorted(inputs))).proven
    system, witness = pinned.system, pinned.run(inputs)
    assert system.broken(witness) is None
    found, allowed = system.free_wires(witness), free or {}
    unexpected = [n for n in found if not any(re.fullmatch(rule, n) for rule in allowed)]
    assert not unexpected, f"free wires: {', '.join(unexpected[:10])}"
    stale = [rule for rule in allowed if not any(re.fullmatch(rule, name) for name in found)]
    assert not stale, f"no free wire matches {', '.join(stale)}"
    _tell("pinned", circuit, inputs)


@dataclass(frozen=True)
class Cost:
    """The size of a circuit at --O2; nonzeros counts the terms of A, B and C."""

    constraints: int
    linear: int
    wires: int
    publics: int
    nonzeros: tuple[int, int, int]


def cost(circuit: Circuit) -> Cost:
    """What the circuit costs as it is proven; `linear` of its constraints have no product."""
    _tell("cost", circuit)
    r1cs = circuit.proven.system.r1cs
    sizes = (r1cs.bounds[1:] - r1cs.bounds[:-1]).reshape(-1, 3)
    linear = int(((sizes[:, A] == 0) | (sizes[:, B] == 0)).sum())
    a, b, c = (int(sizes[:, matrix].sum()) for matrix in (A, B, C))
    return Cost(r1cs.constraints - linear, linear, r1cs.wires, r1cs.public_signals, (a, b, c))


def _tell(what: str, circuit: Circuit, inputs: Inputs | None = None) -> None:
    for observer in OBSERVERS:
        observer(what, circuit, inputs or {})


@lru_cache(maxsize=256)
def _built(circuit: Circuit, level: str) -> Build:
    sources = read_sources(circuit.include)
    if level == "--O0":
        sources = {path: indented(text) for path, text in sources.items()}
    return build(circuit.template, circuit.main, sources, level)


@lru_cache(maxsize=256)
def _lax(circuit: Circuit, hints: tuple[tuple[str, str], ...]) -> Build:
    sources = read_sources(circuit.include)
    lax = {path: stripped(text) for path, text in sources.items()}
    for hint, expression in hints:
        lax = with_hint(lax, hint, expression)
    lax = {path: indented(text) for path, text in lax.items()}
    made = build(f"{circuit.template}-lax", circuit.main, lax, "--O0")
    assert _places(made) == _places(circuit.plain), "stripping has moved wires"
    return made


def _places(made: Build) -> str:
    return PLACE.sub("", made.signals)  # stripping shifts places
