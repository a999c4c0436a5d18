# SPDX-License-Identifier: Apache-2.0
"""Generator of the tables in zkmargin/tables.py and circuits/tables.

    python -m zkmargin.generators.tablegen --write   rewrites tables.json and *_table.circom
    python -m zkmargin.generators.tablegen --check   compares them with a fresh generation

The output is the same byte for byte on every machine: mpmath at a fixed precision, no float.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from zkmargin.generators.minimax import CONTEXT, Real, chebyshev_grid, integer_polynomial
from zkmargin.generators.tablecertificate import Certificate, Function, certify
from zkmargin.generators.tablefiles import circom_text, differing_files, json_text, write_files
from zkmargin.tables import PiecewiseTable, Polynomials

GRID_SIZE = 193  # points of the fit in a segment: about 20 between two peaks of the error


def _normal(x: Real) -> tuple[Real, Real, Real]:
    density = CONTEXT.npdf(x)
    return CONTEXT.ncdf(x), density, -x * density


def _logarithm(x: Real) -> tuple[Real, Real, Real]:
    inverse = 1 / (1 + x)
    return CONTEXT.log(1 + x), inverse, -inverse * inverse


CDF_FUNCTION = Function(
    name="cdf",
    meaning="the normal distribution N((a + 1/2) * 2**-24) for a in [0, 2**27).",
    argument_bits=24,
    half=1,
    segment_bits=3,
    value_bits=13,
    slope_bits=11,
    scale_bits=120,
    value_degree=8,
    slope_degree=5,
    derivatives=_normal,
    third=Fraction(2, 5),  # |N'''(x)| = |x^2 - 1| n(x), largest at x = 0: 0.39894
    limits=(CONTEXT.mpf(1) / 2, CONTEXT.mpf(1)),
    centred=True,
)

LN_FUNCTION = Function(
    name="ln",
    meaning="ln(1 + a * 2**-47) for a in [0, 2**47).",
    argument_bits=47,
    half=0,
    segment_bits=3,
    value_bits=13,
    slope_bits=31,
    scale_bits=104,
    value_degree=6,
    slope_degree=3,  # at this scale the next coefficient would round to 0 in every segment
    derivatives=_logarithm,
    third=Fraction(2),  # 2 / (1 + x)^3, largest at x = 0
    limits=(CONTEXT.mpf(0), CONTEXT.ln2),
    centred=False,
)


FUNCTIONS = (CDF_FUNCTION, LN_FUNCTION)


def generate_cdf() -> PiecewiseTable:
    """The table of N((a + 1/2) * 2^-24)."""
    return generate(CDF_FUNCTION)


def generate_ln() -> PiecewiseTable:
    """The table of ln(1 + a * 2^-47)."""
    return generate(LN_FUNCTION)


def generate(function: Function) -> PiecewiseTable:
    """Integer polynomials for the function and its slope at the cell centres of every segment."""
    values, slopes = zip(
        *(_segment(function, s) for s in range(1 << function.segment_bits)), strict=True
    )
    return PiecewiseTable(
        name=function.name,
        segment_bits=function.segment_bits,
        value_bits=function.value_bits,
        slope_bits=function.slope_bits,
        scale_bits=function.scale_bits,
        values=values,
        slopes=slopes,
    )


def _segment(function: Function, segment: int) -> Polynomials:
    half = 1 << function.value_bits - 1
    grid = chebyshev_grid(-half, half - 1, GRID_SIZE)
    points = [function.derivatives(function.argument(segment, v)) for v in grid]
    slope_scale = function.scale_bits - function.argument_bits
    values = [CONTEXT.ldexp(value, function.scale_bits) for value, _, _ in points]
    slopes = [CONTEXT.ldexp(slope, slope_scale) for _, slope, _ in points]
    return (
        integer_polynomial(grid, values, function.value_degree),
        integer_polynomial(grid, slopes, function.slope_degree),
    )


def generated_files(
    tables: Sequence[PiecewiseTable], certificates: Sequence[Certificate]
) -> dict[Path, str]:
    """Text of every generated file, by its path in the source tree."""
    package = Path(__file__).resolve().parents[1]
    circuits = package.parent / "circuits" / "tables"
    texts = {package / "data" / "tables.json": json_text(tables)}
    for table, function, proven in zip(tables, FUNCTIONS, certificates, strict=True):
        texts[circuits / f"{table.name}_table.circom"] = circom_text(
            table,
            function.meaning,
            error=power_of_two(proven.error, "**"),
            centre_error=power_of_two(proven.centre_error, "**") if function.centred else None,
            step_bits=proven.step_bits,
        )
    return texts


def power_of_two(x: Fraction, sign: str = "^") -> str:
    """x > 0 as a power of two, the exponent rounded up to hundredths: 2^-30.25."""
    exponent = CONTEXT.log(CONTEXT.mpf(x.numerator) / x.denominator, 2)
    hundredths = int(CONTEXT.ceil(100 * exponent))
    whole, part = divmod(abs(hundredths), 100)
    return f"2{sign}{'-' if hundredths < 0 else ''}{whole}.{part:02}"


def report(function: Function, proven: Certificate) -> str:
    """The bounds of a table, for a reader; values are in units of 2^-scale_bits."""
    lines = (
        f"{function.name}: {function.meaning}",
        f"  error at any offset     {_shown(proven.error)}",
        f"  error at cell centres   {_shown(proven.centre_error)}",
        f"  error of the slope      {_shown(proven.slope_error)} as a derivative in x",
        f"  least value             {proven.lowest} ({-proven.undershoot:+} from the least f)",
        f"  greatest value          {proven.highest} ({proven.overshoot:+} from the greatest f)",
        f"  bits of the steps of P  {' '.join(map(str, proven.value_bits))}",
        f"  bits of the steps of Q  {' '.join(map(str, proven.slope_bits))}",
        f"  bits of Q * D           {proven.product_bits}",
    )
    return "\n".join(lines)


def _shown(x: Fraction) -> str:
    decimal = CONTEXT.nstr(CONTEXT.mpf(x.numerator) / x.denominator, 5)
    return f"{power_of_two(x)} = {decimal}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; exit code 1 if a file differs from its generation."""
    parser = argparse.ArgumentParser(prog="python -m zkmargin.generators.tablegen")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="rewrite the generated files")
    action.add_argument("--check", action="store_true", help="compare them and print the bounds")
    chosen = parser.parse_args(arguments)
    tables = [generate(function) for function in FUNCTIONS]
    certificates = [certify(t, f) for t, f in zip(tables, FUNCTIONS, strict=True)]
    texts = generated_files(tables, certificates)
    if chosen.write:
        write_files(texts)
    else:
        print("\n".join(map(report, FUNCTIONS, certificates)))
    differing = differing_files(texts)
    print("\n".join(f"differs: {path}" for path in differing) or "all files are as generated")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
