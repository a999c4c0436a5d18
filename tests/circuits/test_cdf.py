# SPDX-License-Identifier: Apache-2.0
"""cdf.circom: N(x) and n(x) from the table; sign and saturation are not the prover's to choose."""

from __future__ import annotations

import random
from itertools import product

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, rejects
from zkmargin.field import MODULUS
from zkmargin.option import cdf, clamp, density
from zkmargin.tables import CDF
from zkmargin.units import SATURATION

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

MAGNITUDE = compile_template("circuits/cdf.circom", "SaturatingMagnitude", 2, 1, public=["in"])
WHOLE = compile_template("circuits/cdf.circom", "Cdf", 3, public=["x"])
CELL = compile_template("circuits/cdf.circom", "CellCdf", 17, public=["cell"])
DENSITY = compile_template("circuits/cdf.circom", "Density", public=["bits", "saturated", "slope"])

NEGATIVE, SATURATED = "SaturatingMagnitude.negative", "SaturatingMagnitude.saturated"
LOW, HIGH = "SaturatingMagnitude.bits[i]", "SaturatingMagnitude.high[i]"
SUM = "SaturatingMagnitude.saturated + SaturatingMagnitude.bits[0]"  # magnitude === sum
END = 9 * SATURATION  # of Cdf(3): 8 (1 + 2^3)
CELL_SATURATION = 1 << 16
CELL_END = CELL_SATURATION * (1 + (1 << 17))

EDGES = [0, 1, 2047, 2048, SATURATION - 1, SATURATION, SATURATION + 1, 2 * SATURATION, END - 1]
SEGMENT_EDGES = [(i << 24) + offset for i in range(1, 8) for offset in (-1, 0)]


def mirrored(magnitudes: list[int]) -> list[int]:
    """Both integers of each magnitude: a and -a - 1."""
    return [x for a in magnitudes for x in (a, -a - 1)]


def magnitude_of(x: int) -> int:
    return -x - 1 if x < 0 else x


def digits(x: int, count: int) -> list[int]:
    return [x >> i & 1 for i in range(count)]


@pytest.mark.parametrize("x", mirrored(EDGES + SEGMENT_EDGES))
def test_the_edges_agree_with_the_specification(x: int) -> None:
    outputs = accepts(WHOLE, {"x": x})
    a = magnitude_of(x)

    assert (outputs["value"], outputs["negative"]) == (cdf(x), int(x < 0))
    assert outputs["saturated"] == int(a >= SATURATION)
    if a < SATURATION:
        assert (outputs["bits"], outputs["slope"]) == (digits(a, 27), CDF.slope(a) % MODULUS)


def test_random_arguments_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(100):
        x = source.randrange(-END, END) >> source.randrange(30)
        assert accepts(WHOLE, {"x": x})["value"] == cdf(x)


@pytest.mark.parametrize("a", [0, 1, 5_000_000, SATURATION - 1, SATURATION, END - 1])
def test_opposite_arguments_add_up_to_1(a: int) -> None:
    above, below = accepts(WHOLE, {"x": a})["value"], accepts(WHOLE, {"x": -a - 1})["value"]

    assert above + below == 1 << 120


@pytest.mark.parametrize("x", [END, -END - 1, 10 * SATURATION, 1 << 60, MODULUS // 2, "1/2"])
def test_an_argument_beyond_the_range_is_rejected(x: int | str) -> None:
    element = pow(2, -1, MODULUS) if isinstance(x, str) else x

    rejects(WHOLE, {"x": element})


def test_exactly_one_sign_saturation_and_magnitude_satisfies() -> None:
    end, system = 12, MAGNITUDE.plain.system  # 4 (1 + 2)
    for x in range(-end - 3, end + 3):
        honest = MAGNITUDE.lax({}).run({"in": x})
        found = []
        for negative, saturated, b0, b1, high in product((0, 1), repeat=5):
            forged = {"negative": negative, "saturated": saturated, "bits[0]": b0, "bits[1]": b1}
            forged |= {"high[0]": high, "magnitude": x * (1 - 2 * negative) - negative}
            witness = list(honest)
            for name, value in forged.items():
                witness[system.wires[name]] = value % MODULUS
            if system.broken(witness) is None:
                found.append((negative, saturated, b0 + 2 * b1, high))
        a = magnitude_of(x)
        expected = [(int(x < 0), int(a >= 4), a % 4, int(a >= 8))] if a < end else []

        assert found == expected


@pytest.mark.parametrize("x", [0, -1, 1, -2, SATURATION - 1, SATURATION, -SATURATION - 1])
def test_a_flipped_sign_is_rejected(x: int) -> None:
    assert SUM in rejects(WHOLE, {"x": x}, hints={NEGATIVE: "in < 0 ? 0 : 1"})


@pytest.mark.parametrize("x", [0, 7, -SATURATION, SATURATION])
def test_half_a_sign_is_rejected(x: int) -> None:
    # With in (1 - 2 negative) = negative the magnitude would be 0 for every in.
    hint = {NEGATIVE: "in == 0 ? 1 / 2 : in / (2 * in + 1)"}

    assert "negative" in rejects(WHOLE, {"x": x}, hints=hint)


@pytest.mark.parametrize("x", mirrored([0, 1, SATURATION - 1]))
def test_saturation_claimed_below_8_is_rejected(x: int) -> None:
    assert SUM in rejects(WHOLE, {"x": x}, hints={SATURATED: 1})


@pytest.mark.parametrize("x", mirrored([SATURATION, SATURATION + 1, 2 * SATURATION, END - 1]))
def test_saturation_denied_above_8_is_rejected(x: int) -> None:
    rejects(WHOLE, {"x": x}, hints={SATURATED: 0})


@pytest.mark.parametrize("x", mirrored([SATURATION, SATURATION + 5, 2 * SATURATION]))
def test_high_bits_without_saturation_are_rejected(x: int) -> None:
    hints = {SATURATED: 0, HIGH: "((magnitude >> LOW) >> i) & 1"}

    assert "high" in rejects(WHOLE, {"x": x}, hints=hints)


@pytest.mark.parametrize("x", mirrored([1, SATURATION - 1]))
def test_saturation_made_good_by_a_digit_is_rejected(x: int) -> None:
    hints = {SATURATED: 1, LOW: "i == 0 ? (magnitude - (1 << LOW)) : 0"}

    assert "bits[0]" in rejects(WHOLE, {"x": x}, hints=hints)


@pytest.mark.parametrize("x", mirrored([3, SATURATION - 1, SATURATION + 1, END - 1]))
def test_a_partial_saturation_is_rejected(x: int) -> None:
    hints = {SATURATED: "magnitude / (1 << LOW)", LOW: "0", HIGH: "0"}

    assert "saturated" in rejects(WHOLE, {"x": x}, hints=hints)


@pytest.mark.parametrize(
    "cell",
    mirrored([0, 1, 8191, 8192, CELL_SATURATION - 1, CELL_SATURATION, CELL_END - 1]),
)
def test_a_cell_agrees_with_the_specification_at_its_centre(cell: int) -> None:
    x = (cell << 11) + (1 << 10) - (cell < 0)

    assert accepts(CELL, {"cell": cell}) == {"value": cdf(x), "clamped": clamp(x) % MODULUS}


def test_random_cells_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(100):
        cell = source.randrange(-CELL_END, CELL_END) >> source.randrange(34)
        x = (cell << 11) + (1 << 10) - (cell < 0)
        assert accepts(CELL, {"cell": cell}) == {"value": cdf(x), "clamped": clamp(x) % MODULUS}


@pytest.mark.parametrize("cell", [CELL_END, -CELL_END - 1, 1 << 60, MODULUS // 2])
def test_a_cell_beyond_the_range_is_rejected(cell: int) -> None:
    rejects(CELL, {"cell": cell})


@pytest.mark.parametrize("cell", [0, -1, CELL_SATURATION])
def test_a_clamp_or_a_value_of_another_cell_is_rejected(cell: int) -> None:
    honest = accepts(CELL, {"cell": cell})
    for name in ("value", "clamped"):
        rejects(CELL, {"cell": cell}, wires={name: honest[name] + 1})


@pytest.mark.parametrize("x", mirrored([*EDGES[:6], 4_321, 12_345_678, 99_999_999]))
def test_a_density_agrees_with_the_specification(x: int) -> None:
    a = magnitude_of(x)
    saturated = int(a >= SATURATION)
    slope = 0 if saturated else CDF.slope(a)
    inputs = {"bits": digits(a, 27), "saturated": saturated, "slope": slope}

    assert accepts(DENSITY, inputs) == {"out": density(x) % MODULUS}


@pytest.mark.parametrize("x", [0, -1, SATURATION - 1, -SATURATION - 1, 40_000_000])
def test_no_wire_of_a_probability_can_change_alone(x: int) -> None:
    assert_pinned(WHOLE, {"x": x})
    assert_pinned(CELL, {"cell": x >> 11})


def test_no_wire_of_a_density_can_change_alone() -> None:
    a = 12_345_678

    assert_pinned(DENSITY, {"bits": digits(a, 27), "saturated": 0, "slope": CDF.slope(a)})
