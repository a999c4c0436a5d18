# SPDX-License-Identifier: Apache-2.0
"""svi.circom: total vol of a smile, both of its roots exact floors."""

from __future__ import annotations

import random
from dataclasses import astuple

import pytest
from random_market import random_seconds, random_svi

from circuits.harness import accepts, assert_pinned, compile_template, rejects
from zkmargin.fixed import root_down
from zkmargin.option import Svi, total_variance

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

NAMES = ("a", "b", "bRho", "m", "sigmaSq")
SVI = compile_template("circuits/svi.circom", "Svi", public=sorted(("k", *NAMES)))
ROOT = "FloorSqrt.out"
SMILE = Svi(a=1 << 66, b=1 << 35, b_rho=-(1 << 33), m=1 << 28, sigma_sq=1 << 57)
WIDEST = (8 << 32) - 1
LARGEST = ((56 << 36) ** 2) - 1


def inputs(svi: Svi, k: int) -> dict[str, int | list[int]]:
    return {"k": k, **dict(zip(NAMES, astuple(svi), strict=True))}


@pytest.mark.parametrize("k", [0, 1, -1, SMILE.m, SMILE.m - 1, WIDEST, -WIDEST - 1])
@pytest.mark.parametrize(
    "svi",
    [
        SMILE,
        Svi(a=1, b=0, b_rho=0, m=0, sigma_sq=0),  # the least variance that is not 0
        Svi(a=1 << 40, b=0, b_rho=0, m=0, sigma_sq=0),
        Svi(a=LARGEST, b=0, b_rho=0, m=0, sigma_sq=0),
        Svi(a=0, b=1 << 36, b_rho=1 << 36, m=-(7 << 32), sigma_sq=1),
        Svi(a=-(1 << 60), b=1 << 40, b_rho=0, m=5, sigma_sq=1 << 62),
        Svi(a=1 << 50, b=1 << 36, b_rho=-(1 << 36), m=WIDEST, sigma_sq=0),
    ],
)
def test_the_edges_agree_with_the_specification(svi: Svi, k: int) -> None:
    assert accepts(SVI, inputs(svi, k)) == {"out": root_down(total_variance(svi, k))}


def test_random_smiles_agree_with_the_specification(source: random.Random) -> None:
    for _ in range(100):
        svi, k = random_svi(source, random_seconds(source)), int(source.gauss(0, 1 << 30))
        if total_variance(svi, k) > 0:
            assert accepts(SVI, inputs(svi, k)) == {"out": root_down(total_variance(svi, k))}


@pytest.mark.parametrize("change", [1, -1])
@pytest.mark.parametrize("bits", [37, 42])
def test_a_root_off_by_one_is_rejected(bits: int, change: int) -> None:
    off = f"rootDown(in, BITS) + (BITS == {bits} ? {change} : 0)"
    for svi in (SMILE, Svi(a=1 << 50, b=1 << 30, b_rho=0, m=0, sigma_sq=0)):
        for k in (0, 1, 12_345_678):
            rejects(SVI, inputs(svi, k), hints={ROOT: off})


@pytest.mark.parametrize("bits", [37, 42])
def test_a_negative_root_is_rejected(bits: int) -> None:
    negative = f"BITS == {bits} ? -rootDown(in, BITS) : rootDown(in, BITS)"

    for k in (0, 5, 1 << 32):
        rejects(SVI, inputs(SMILE, k), hints={ROOT: negative})


@pytest.mark.parametrize("a", [-1, -(1 << 40), -(1 << 84), 1 << 84, 1 << 90])
def test_a_variance_out_of_range_is_rejected(a: int) -> None:
    rejects(SVI, inputs(Svi(a, 0, 0, 0, 0), 0))


def test_a_distance_beyond_the_inner_root_is_rejected() -> None:
    rejects(SVI, inputs(Svi(1 << 60, 0, 0, 0, 0), 1 << 37))


@pytest.mark.parametrize("k", [0, -12_345_678, WIDEST])
def test_no_wire_of_a_smile_can_change_alone(k: int) -> None:
    assert_pinned(SVI, inputs(SMILE, k))
