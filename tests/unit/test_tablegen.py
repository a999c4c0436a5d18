# SPDX-License-Identifier: Apache-2.0
"""The tables are what the generator makes, and the proven bounds are true and tight."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from zkmargin.generators import tablecertificate
from zkmargin.generators.minimax import (
    CONTEXT,
    chebyshev_grid,
    integer_polynomial,
    minimax_polynomial,
)
from zkmargin.generators.tablecertificate import Certificate, certify
from zkmargin.generators.tablefiles import differing_files, write_files
from zkmargin.generators.tablegen import (
    CDF_FUNCTION,
    LN_FUNCTION,
    generate_cdf,
    generate_ln,
    generated_files,
    power_of_two,
    report,
)
from zkmargin.tables import CDF, LN, PiecewiseTable, horner

FIELD_BITS = 253  # integers below 2^253 are distinct in the field of BN254


@pytest.fixture(scope="module")
def cdf_bounds() -> Certificate:
    return certify(CDF, CDF_FUNCTION)


@pytest.fixture(scope="module")
def ln_bounds() -> Certificate:
    return certify(LN, LN_FUNCTION)


def cell_ends(table: PiecewiseTable) -> tuple[np.ndarray, np.ndarray]:
    """First and last offset of every cell, and the table there, in floats."""
    first = np.arange(1 << table.segment_bits + table.value_bits) << table.slope_bits
    offsets = np.sort(np.concatenate([first, first + (1 << table.slope_bits) - 1]))
    unit = 1 << table.scale_bits
    return offsets, np.array([table.evaluate(offset) / unit for offset in offsets.tolist()])


def test_regeneration_gives_the_committed_files_byte_for_byte(
    cdf_bounds: Certificate, ln_bounds: Certificate
) -> None:
    texts = generated_files([generate_cdf(), generate_ln()], [cdf_bounds, ln_bounds])

    assert {path.name for path in texts} == {
        "tables.json",
        "cdf_table.circom",
        "ln_table.circom",
    }
    assert differing_files(texts) == []


@pytest.mark.slow
def test_generation_is_the_same_without_gmp() -> None:
    environment = {**os.environ, "MPMATH_NOGMPY": "1"}
    command = [sys.executable, "-m", "zkmargin.generators.tablegen", "--check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout.endswith("all files are as generated\n")
    assert done.returncode == 0


def test_cdf_error_is_below_2_30_at_every_offset(cdf_bounds: Certificate) -> None:
    assert cdf_bounds.error < Fraction(1, 2**30)
    assert cdf_bounds.centre_error < Fraction(1, 2**31)


def test_ln_error_is_below_2_34_at_every_offset(ln_bounds: Certificate) -> None:
    assert ln_bounds.error < Fraction(1, 2**34)


def test_cdf_bound_is_reached_within_one_percent_and_never_passed(cdf_bounds: Certificate) -> None:
    offsets, values = cell_ends(CDF)
    worst = np.abs(values - ndtr((offsets + 0.5) / 2**24)).max()

    assert 0.99 * cdf_bounds.error < worst < cdf_bounds.error


def test_ln_bound_is_reached_within_one_percent_and_never_passed(ln_bounds: Certificate) -> None:
    offsets, values = cell_ends(LN)
    worst = np.abs(values - np.log1p(offsets / 2**47)).max()

    assert 0.99 * ln_bounds.error < worst < ln_bounds.error


def test_slopes_are_within_2_19_of_the_derivative(
    cdf_bounds: Certificate, ln_bounds: Certificate
) -> None:
    assert cdf_bounds.slope_error < Fraction(1, 2**19)
    assert ln_bounds.slope_error < Fraction(1, 2**19)


def test_cdf_stays_between_a_half_and_one_but_for_2_52(cdf_bounds: Certificate) -> None:
    assert cdf_bounds.lowest > 1 << 119
    assert cdf_bounds.undershoot < 0
    assert cdf_bounds.highest == (1 << 120) + cdf_bounds.overshoot
    assert 0 < cdf_bounds.overshoot < 1 << 120 - 52


def test_ln_is_never_negative_and_passes_ln_2_by_less_than_2_37(ln_bounds: Certificate) -> None:
    assert ln_bounds.lowest > 0
    assert 0 < ln_bounds.overshoot < 1 << 104 - 37


def test_extremes_are_values_of_the_table(cdf_bounds: Certificate) -> None:
    ends = [CDF.evaluate(offset) for offset in cell_ends(CDF)[0].tolist()]

    assert (min(ends), max(ends)) == (cdf_bounds.lowest, cdf_bounds.highest)


def test_every_step_of_the_circuits_fits_its_budget(
    cdf_bounds: Certificate, ln_bounds: Certificate
) -> None:
    assert cdf_bounds.value_bits == (5, 19, 34, 48, 63, 77, 91, 106, 121)
    assert cdf_bounds.slope_bits == (26, 39, 54, 68, 81, 95)
    assert cdf_bounds.product_bits == 105
    assert cdf_bounds.step_bits == 121
    assert ln_bounds.step_bits == 104
    assert cdf_bounds.step_bits + 47 + 40 < FIELD_BITS


def test_step_bits_hold_at_random_cells(cdf_bounds: Certificate) -> None:
    drawn = random.Random(3)
    for _ in range(2000):
        row = CDF.values[drawn.randrange(8)]
        v = drawn.randrange(-4096, 4096)
        steps = [abs(horner(row[-count:], v)).bit_length() for count in range(1, 10)]

        assert all(s <= b for s, b in zip(steps, cdf_bounds.value_bits, strict=True))


def test_certificate_sees_one_coefficient_that_is_off() -> None:
    rows = [list(row) for row in LN.values]
    rows[5][3] += 1 << 37
    damaged = replace(LN, values=tuple(map(tuple, rows)))

    assert certify(damaged, LN_FUNCTION).error > Fraction(1, 2**34)


def test_certificate_sees_a_slope_that_is_off() -> None:
    rows = [list(row) for row in LN.slopes]
    rows[2][0] += 1 << 42
    damaged = replace(LN, slopes=tuple(map(tuple, rows)))

    assert certify(damaged, LN_FUNCTION).error > Fraction(1, 2**34)


def test_parabola_bound_covers_every_distance_and_is_no_larger_than_needed() -> None:
    drawn = random.Random(11)
    half, steps = 16, 16
    for _ in range(300):
        gap, tilt, bend = (drawn.randrange(-400, 400) for _ in range(3))
        bound = tablecertificate._largest(gap, tilt, bend, half)
        reached = max(
            abs(gap + Fraction(tilt * d, steps) - Fraction(bend * d * d, 2 * steps * steps))
            for d in range(-half * steps, half * steps + 1)
        )

        assert reached <= bound <= reached + 2


def test_report_names_the_error_as_a_power_of_two(cdf_bounds: Certificate) -> None:
    assert "error at any offset     2^-30.17 = 8.2764e-10\n" in report(CDF_FUNCTION, cdf_bounds)


def test_power_of_two_is_rounded_up() -> None:
    assert power_of_two(Fraction(3, 16)) == "2^-2.41"  # log2(3/16) = -2.415
    assert power_of_two(Fraction(5), "**") == "2**2.33"  # log2(5) = 2.3219


def test_minimax_of_a_cube_is_its_chebyshev_line() -> None:
    grid = chebyshev_grid(-1000, 1000, 401)
    low, first, second = minimax_polynomial(grid, [CONTEXT.mpf(v) ** 3 for v in grid], 2)

    assert abs(low) < 10**3
    assert abs(first - 750_000) < 100  # x^3 - 3x/4 is a quarter of T_3
    assert abs(second) < 1


def test_integer_polynomial_finds_integer_coefficients_again() -> None:
    grid = chebyshev_grid(-4096, 4095, 65)
    polynomial = (7**20, -(5**18), 12345, -17)
    values = [CONTEXT.mpf(horner(polynomial, v)) for v in grid]

    assert integer_polynomial(grid, values, 3) == polynomial
    assert integer_polynomial(grid, values, 5) == (*polynomial, 0, 0)


def test_refitting_repairs_the_rounding_of_high_coefficients() -> None:
    grid = chebyshev_grid(-4096, 4095, 193)
    values = [CONTEXT.exp(CONTEXT.mpf(v) / 8192) * 2**100 for v in grid]

    def worst(polynomial: tuple[int, ...]) -> float:
        errors = (horner(polynomial, v) - x for v, x in zip(grid, values, strict=True))
        return float(max(abs(error) for error in errors))

    best = minimax_polynomial(grid, values, 8)
    rounded = tuple(int(CONTEXT.nint(coefficient)) for coefficient in best)

    assert worst(integer_polynomial(grid, values, 8)) < worst(rounded) / 50


def test_chebyshev_grid_has_distinct_integers_and_both_ends() -> None:
    grid = chebyshev_grid(-4096, 4095, 193)

    assert (grid[0], grid[-1]) == (-4096, 4095)
    assert grid == sorted(set(grid))
    assert len(grid) > 185


def test_a_changed_or_missing_file_is_named(tmp_path: Path) -> None:
    texts = {tmp_path / "same": "a\n", tmp_path / "changed": "b\n", tmp_path / "missing": "c\n"}
    (tmp_path / "same").write_bytes(b"a\n")
    (tmp_path / "changed").write_bytes(b"b\r\n")

    assert differing_files(texts) == [tmp_path / "changed", tmp_path / "missing"]


def test_writing_leaves_exactly_the_files(tmp_path: Path) -> None:
    texts = {tmp_path / "one": "a\n", tmp_path / "two": "é\n"}
    (tmp_path / "one").write_text("old")
    write_files(texts)

    assert sorted(tmp_path.iterdir()) == sorted(texts)
    assert differing_files(texts) == []
