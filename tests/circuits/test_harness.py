# SPDX-License-Identifier: Apache-2.0
"""The harness notices unsound templates, and passes the same templates once they are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.compiled import ROOT, build, read_sources
from circuits.harness import (
    accepts,
    assert_pinned,
    compile_template,
    cost,
    forge,
    refuses,
    rejects,
)
from circuits.lattice_forgery import (
    FACTORS,
    HONEST,
    STEPS,
    TARGET,
    choice,
    forged_products,
)
from circuits.stripping import stripped, with_hint
from zkmargin.errors import InputError
from zkmargin.field import MODULUS
from zkmargin.proving.toolchain import compile_circuit

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

UNSOUND = "tests/circuits/fixtures/unsound.circom"


def test_asserts_do_not_stop_a_division_by_zero() -> None:
    circuit = compile_template(UNSOUND, "AssertedDivide")
    inputs = {"dividend": 5, "divisor": 0}
    forged = forge(circuit, inputs, hints={"AssertedDivide.quotient": 255})

    assert "Assert Failed" in refuses(circuit, inputs)
    assert circuit.plain.system.broken(forged) is None
    assert circuit.plain.system.outputs(forged) == {"quotient": 255, "remainder": 5}


def test_rejects_fails_when_the_constraints_accept() -> None:
    circuit = compile_template(UNSOUND, "AssertedDivide")

    with pytest.raises(AssertionError, match="forged witness accepted"):
        rejects(circuit, {"dividend": 5, "divisor": 0})


@pytest.mark.parametrize(
    ("divisor", "quotient"), [(0, 0), (0, 255), (3, 0), (3, 1), (3, 3), (3, "dividend / divisor")]
)
def test_constraints_stop_a_false_division(divisor: int, quotient: int | str) -> None:
    circuit = compile_template(UNSOUND, "ConstrainedDivide")
    hints = {
        "ConstrainedDivide.quotient": quotient,
        "ConstrainedDivide.remainder": "dividend - quotient * divisor",
    }

    assert "AssertRange" in rejects(circuit, {"dividend": 8, "divisor": divisor}, hints=hints)


def test_unranged_quotients_let_a_chain_end_anywhere() -> None:
    circuit = compile_template(UNSOUND, "UncheckedProduct", STEPS)
    products = dict(enumerate(forged_products()[1:]))
    honest = accepts(circuit, {"factor": FACTORS})
    hints = {"UncheckedProduct.product[i+1]": choice("i", products)}
    forged = forge(circuit, {"factor": FACTORS}, hints=hints)

    assert honest == {"out": HONEST}
    assert circuit.plain.system.broken(forged) is None
    assert circuit.plain.system.outputs(forged) == {"out": TARGET}


def test_ranged_quotients_stop_that_chain() -> None:
    circuit = compile_template(UNSOUND, "CheckedProduct", STEPS)
    products = forged_products()
    unshifted = [x * f % MODULUS for x, f in zip(products, FACTORS, strict=False)]
    hints = {"FloorCut.out": choice("in", dict(zip(unshifted, products[1:], strict=True)))}

    assert accepts(circuit, {"factor": FACTORS}) == {"out": HONEST}
    assert "AssertRange" in rejects(circuit, {"factor": FACTORS}, hints=hints)


def test_a_wire_that_can_change_alone_is_reported() -> None:
    circuit = compile_template(UNSOUND, "FreeSign")

    with pytest.raises(AssertionError, match="free wires: negative"):
        assert_pinned(circuit, {"in": 0})


def test_a_wire_on_the_list_of_free_wires_is_passed() -> None:
    circuit = compile_template(UNSOUND, "FreeSign")

    assert_pinned(circuit, {"in": 0}, free={"negative": "both signs of zero are right"})


def test_a_pinned_wire_on_the_list_of_free_wires_is_reported() -> None:
    circuit = compile_template(UNSOUND, "FreeSign")

    with pytest.raises(AssertionError, match="no free wire matches negative"):
        assert_pinned(circuit, {"in": 5}, free={"negative": "both signs of zero are right"})


def test_a_signal_in_no_constraint_is_free() -> None:
    circuit = compile_template(UNSOUND, "Unused")
    witness = circuit.plain.run({"in": 3, "idle": 4})

    assert set(circuit.plain.system.free_wires(witness)) == {"guess", "idle"}


def test_overwritten_wires_reach_the_constraints() -> None:
    circuit = compile_template(UNSOUND, "ConstrainedDivide")
    inputs = {"dividend": 8, "divisor": 3}

    broken = rejects(circuit, inputs, wires={"remainder": 3})

    assert "remainder" in broken
    assert circuit.plain.system.broken(forge(circuit, inputs, wires={"remainder": 2})) is None


def test_the_lax_program_computes_the_honest_witness_from_good_inputs() -> None:
    circuit = compile_template("circuits/fixed.circom", "FloorDivide", 37, 30, 29)

    assert circuit.plain.run({"divisor": 12345}) == circuit.lax({}).run({"divisor": 12345})


@pytest.mark.parametrize("template", ["BaseBlack76", "ScenarioBlack76"])
def test_stripping_leaves_many_nameless_components_in_their_order(template: str) -> None:
    circuit = compile_template("circuits/black76.circom", template)

    assert circuit.lax({"FloorCut.out": "0"}).signals.count("\n") > 300


def test_checks_under_conditions_or_loops_are_stripped() -> None:
    circuit = compile_template(UNSOUND, "Branches", 4)

    assert accepts(circuit, {"in": [7, 0, 7, 0]}) == {"last": 0}
    assert "Assert Failed" in refuses(circuit, {"in": [7, 8, 9, 10]})
    assert "in[1]" in rejects(circuit, {"in": [107, 8, 9, 10]})


def test_stripping_takes_every_check_and_nothing_else() -> None:
    text = "for (var i = 0; i < 3; i++) x[i] === 1; if (a) assert(b); else { c <== d; } // ==="

    assert stripped(text).rstrip() == "for (var i = 0; i < 3; i++){} if (a){} else { c <== d; }"


def test_a_hint_is_replaced_in_its_own_template_only() -> None:
    sources = {"f": "template A() { signal x <-- 1; } template B() { x <-- 1; y <-- x; }"}

    replaced = with_hint(sources, "A.x", "in + 2")["f"]

    assert replaced == "template A() { signal x <-- (in + 2); } template B() { x <-- 1; y <-- x; }"


@pytest.mark.parametrize("hint", ["Bits.bit[i]", "Nothing.out", "AssertRange.bit[j]"])
def test_a_hint_that_is_not_there_is_an_error(hint: str) -> None:
    with pytest.raises(AssertionError, match="0 such hints"):
        with_hint(read_sources("circuits/range.circom"), hint, "0")


def test_inputs_must_fit_the_circuit() -> None:
    with pytest.raises(InputError, match="no such input"):
        accepts(compile_template(UNSOUND, "FreeSign"), {"x": 1})


def test_cost_counts_products_and_public_signals() -> None:
    circuit = compile_template("circuits/range.circom", "Bits", 8, public=["in"])

    measured = cost(circuit)

    assert (measured.constraints, measured.publics) == (8, 8 + 1)
    assert measured.linear == 1  # in = sum of bits, all of them public
    assert measured.nonzeros == (8 + 8, 8, 9)


def test_inspection_reports_signals_that_no_constraint_holds() -> None:
    warnings = compile_template(UNSOUND, "Unused").proven.warnings

    assert sorted(warnings) == [
        f'CA01: In template "Unused()": Local signal {name} does not appear in any constraint'
        for name in ("guess", "idle")
    ]


def test_a_compilation_is_kept_until_a_source_changes() -> None:
    sources = read_sources("circuits/range.circom")
    changed = {path: text.replace("253", "252") for path, text in sources.items()}
    main = 'pragma circom 2.2.0;\ninclude "circuits/range.circom";\ncomponent main = Bits(3);\n'

    first, second = (build("Bits", main, sources, "--O2").directory for _ in range(2))

    assert first == second
    assert first != build("Bits", main, changed, "--O2").directory


def test_circom_in_this_process_writes_the_constraints_that_are_proven(tmp_path: Path) -> None:
    circuit = compile_template("circuits/fixed.circom", "FloorDivide", 20, 12, 21)
    main = tmp_path / "main.circom"
    main.write_text(circuit.main, "utf-8")
    proven = compile_circuit(main, tmp_path / "out", include=ROOT).r1cs

    assert proven.read_bytes() == (circuit.proven.directory / "out" / "main.r1cs").read_bytes()
