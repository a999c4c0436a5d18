# SPDX-License-Identifier: Apache-2.0
"""Every class of bug that circuits are known for, by name: the exploit works where the bug is.

Each test first exploits a template that has the bug, so that the exploit is real, and then requires
the constraints of our own templates to refuse it.
"""

from __future__ import annotations

import pytest

from circuits.harness import Circuit, accepts, compile_template, forge, rejects
from circuits.lattice_forgery import (
    FACTORS,
    HONEST,
    STEPS,
    TARGET,
    choice,
    forged_products,
)
from circuits.margin_cases import MARGIN, inputs_of
from circuits.test_open_book import BOOK, OPEN, book_inputs
from circuits.test_requirement import BY_SCENARIO, SCAN, UPPER
from circuits.test_row import SELECT, select_inputs
from zkmargin.errors import ToolError
from zkmargin.field import MODULUS

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

BUGS = "tests/circuits/fixtures/bug_classes.circom"
UNSOUND = "tests/circuits/fixtures/unsound.circom"


def exploited(circuit: Circuit, witness: list[int]) -> dict[str, int | list[int]]:
    """Requires the constraints to take a forged witness; returns its outputs."""
    assert circuit.plain.system.broken(witness) is None, "the exploit does not work"
    return circuit.plain.system.outputs(witness)


def test_aliasing_of_x_and_x_plus_r() -> None:
    bits = {f"out[{i}]": 5 + MODULUS >> i & 1 for i in range(254)}
    buggy = compile_template(BUGS, "AliasedBits")
    forged = forge(buggy, {"in": 5}, wires=bits)

    assert exploited(buggy, forged) != accepts(buggy, {"in": 5})
    kept = {name: bit for name, bit in bits.items() if int(name[4:-1]) < 252}
    rejects(compile_template("circuits/range.circom", "Bits", 252), {"in": 5}, wires=kept)
    with pytest.raises(ToolError, match="False assert reached"):
        accepts(compile_template("circuits/range.circom", "Bits", 254), {"in": 5})


def test_unchecked_quotient() -> None:
    buggy = compile_template(UNSOUND, "UncheckedProduct", STEPS)
    products = forged_products()
    hints = {"UncheckedProduct.product[i+1]": choice("i", dict(enumerate(products[1:])))}

    assert accepts(buggy, {"factor": FACTORS}) == {"out": HONEST}
    assert exploited(buggy, forge(buggy, {"factor": FACTORS}, hints=hints)) == {"out": TARGET}
    ranged = compile_template(UNSOUND, "CheckedProduct", STEPS)
    before = [x * f % MODULUS for x, f in zip(products, FACTORS, strict=False)]
    forgery = choice("in", dict(zip(before, products[1:], strict=True)))
    rejects(ranged, {"factor": FACTORS}, hints={"FloorCut.out": forgery})
    cut = compile_template("circuits/black76.circom", "ScenarioBlack76")
    inputs = {"t": 0, "s": 1 << 24, "inverse": 1 << 13}
    accepts(cut, inputs)
    rejects(cut, inputs, hints={"FloorCut.out": "(in - 5) / (1 << 21)"})


def test_one_sided_comparator() -> None:
    buggy = compile_template(BUGS, "OneSidedLess")
    forged = forge(buggy, {"a": 1, "b": 9}, hints={"OneSidedLess.out": 0})

    assert exploited(buggy, forged) == {"out": 0}
    compared = compile_template("circuits/compare.circom", "Max", 8)
    for a, b in ((1, 9), (9, 1)):
        rejects(compared, {"a": a, "b": b}, hints={"SignMagnitude.negative": int(a >= b)})


def test_offset_comparison() -> None:
    buggy = compile_template(BUGS, "OffsetLevel")
    level = compile_template("circuits/account.circom", "Level")

    accepts(buggy, {"level": -5})
    for bad in (-5, -1, 20_001, MODULUS - 12_767):
        rejects(level, {"level": bad})


def test_sign_of_x_equal_to_0() -> None:
    buggy = compile_template(UNSOUND, "FreeSign")
    forged = forge(buggy, {"in": 0}, hints={"FreeSign.negative": 1})

    assert exploited(buggy, forged) == {"negative": 1, "magnitude": 0}
    sign = compile_template("circuits/compare.circom", "SignMagnitude", 8)
    rejects(sign, {"in": 0}, hints={"SignMagnitude.negative": 1})
    half_tick = compile_template("circuits/cdf.circom", "SaturatingMagnitude", 8, 3)
    rejects(half_tick, {"in": 0}, hints={"SaturatingMagnitude.negative": 1})


def test_division_by_zero() -> None:
    buggy = compile_template(UNSOUND, "AssertedDivide")
    inputs = {"dividend": 5, "divisor": 0}
    forged = forge(buggy, inputs, hints={"AssertedDivide.quotient": 255})

    assert exploited(buggy, forged) == {"quotient": 255, "remainder": 5}
    divided = compile_template("circuits/fixed.circom", "FloorDivide", 20, 12, 21)
    for quotient in (0, 1, 255, 1 << 20):
        rejects(divided, {"divisor": 0}, hints={"FloorDivide.quotient": quotient})


def test_packed_limb_overflow() -> None:
    buggy = compile_template(BUGS, "OverflowingPair")
    overflowing = book_inputs(BOOK, version=1 << 64, account=-1)

    assert accepts(buggy, {"low": 256, "high": 0}) == accepts(buggy, {"low": 0, "high": 1})
    assert forge(OPEN, overflowing)[1] == accepts(OPEN, book_inputs(BOOK))["commitment"]
    rejects(OPEN, overflowing)


def test_unused_public_signal() -> None:
    buggy = compile_template(BUGS, "UnusedDomain", public=["domain"])
    forged = forge(buggy, {"domain": 1, "secret": 3}, wires={"domain": 2})

    assert exploited(buggy, forged) == {"out": 9}
    for signal in ("domain", "header", "commitment", "snapshotHash"):
        rejects(MARGIN, inputs_of(), wires={signal: 2})


def test_free_scan_hint() -> None:
    buggy = compile_template(BUGS, "FreeScan")
    forged = forge(buggy, {"loss": [90, 7]}, hints={"FreeScan.scan": 7})

    assert exploited(buggy, forged) == {"scan": 7}
    accepts(UPPER, BY_SCENARIO.inputs)
    for scan in ("0", "worst == 0 ? 1 : 0", "-1"):
        rejects(UPPER, BY_SCENARIO.inputs, hints={SCAN: scan})


def test_free_sign_hint() -> None:
    buggy = compile_template(BUGS, "UnrangedSign")
    forged = forge(buggy, {"in": 7}, hints={"UnrangedSign.negative": 1})

    assert exploited(buggy, forged) == {"negative": 1, "magnitude": MODULUS - 7}
    sign = compile_template("circuits/compare.circom", "SignMagnitude", 8)
    for x in (7, -7):
        rejects(sign, {"in": x}, hints={"SignMagnitude.negative": int(x > 0)})


def test_free_one_hot_hint() -> None:
    buggy = compile_template(BUGS, "FreeChoice")
    inputs = {"place": 1, "values": [4, 5, 6]}
    forged = forge(buggy, inputs, hints={"FreeChoice.chosen[i]": 0})

    assert accepts(buggy, inputs) == {"out": 5}
    assert exploited(buggy, forged) == {"out": 0}
    for hint in ("0", "1", "place == j ? 2 : 0", "j == 1 ? 1 : 0"):
        rejects(SELECT, select_inputs(2), hints={"SelectRow.chosen[j]": hint})
