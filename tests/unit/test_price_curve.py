# SPDX-License-Identifier: Apache-2.0
"""Price curves against published auctions, and the laws that the contract relies on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkmargin.errors import InputError
from zkmargin.price_curve import CUT_MAX, ONE, RAY, Curve, Shape, payout, power

DERIVE = Curve(Shape.TWO_PHASE_LINEAR, ONE, 7800, cutoff=800_000, fast=600)
MAKER_CUT = RAY * 99 // 100


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    shape = draw(st.sampled_from(Shape))
    start, duration = draw(st.integers(1, ONE)), draw(st.integers(1, 100_000))
    if shape is Shape.TWO_PHASE_LINEAR:
        cutoff, fast = draw(st.integers(0, start)), draw(st.integers(1, duration))
        return Curve(shape, start, duration, cutoff=cutoff, fast=fast)
    cut = draw(st.one_of(st.integers(1, CUT_MAX), st.integers(CUT_MAX - 10**18, CUT_MAX)))
    step = draw(st.integers(1, 600)) if shape is Shape.STAIR_STEP else 0
    return Curve(shape, start, duration, step=step, cut=cut)


@pytest.mark.parametrize(
    ("elapsed", "factor"),
    [(0, 1_000_000), (300, 900_000), (600, 800_000), (960, 760_000), (7800, 0), (7801, 0)],
)
def test_derives_two_phases_match(elapsed: int, factor: int) -> None:
    assert DERIVE.price(ONE, elapsed) == factor


@pytest.mark.parametrize(("elapsed", "factor"), [(0, 960_000), (150, 880_000), (300, 800_000)])
def test_derives_second_set_matches(elapsed: int, factor: int) -> None:
    curve = Curve(Shape.TWO_PHASE_LINEAR, 960_000, 7500, cutoff=800_000, fast=300)

    assert curve.price(ONE, elapsed) == factor


def test_makers_linear_falls_by_a_tenth_every_six_minutes() -> None:
    curve = Curve(Shape.TWO_PHASE_LINEAR, ONE, 3600, cutoff=0, fast=3600)

    assert [curve.price(1000, 360 * i) for i in range(11)] == list(range(1000, -1, -100))


def test_makers_stair_has_fallen_93_times_at_its_tail() -> None:
    curve = Curve(Shape.STAIR_STEP, ONE, 8400, step=90, cut=MAKER_CUT)

    assert curve.price(ONE, 8400) == 392_711
    assert curve.price(10**12, 8400) == 10**12 * 99**93 // 100**93


def test_makers_stair_crosses_its_cusp_at_the_92nd_step() -> None:
    curve = Curve(Shape.STAIR_STEP, ONE, 8400, step=90, cut=MAKER_CUT)

    before, after = curve.price(10**6, 8279), curve.price(10**6, 8280)

    assert before > 400_000 > after
    assert [round(before, -1), round(after, -1)] == [400_680, 396_680]


def test_makers_exponential_has_a_step_every_second() -> None:
    curve = Curve(Shape.EXPONENTIAL, ONE, 8400, cut=MAKER_CUT)

    assert [curve.price(ONE, t) for t in (0, 1, 2, 93)] == [1_000_000, 990_000, 980_100, 392_711]


@pytest.mark.parametrize(("elapsed", "share", "paid"), [(0, 1, 100), (12, 2, 52), (300, 1, 200)])
def test_derives_insolvent_payouts_match(elapsed: int, share: int, paid: int) -> None:
    assert payout(100 * ONE, 300 * ONE, elapsed, 600) // share == paid * ONE


@given(curves(), st.integers(0, 1 << 100), st.integers(0, 110_000), st.integers(0, 5000))
def test_a_price_never_rises(curve: Curve, top: int, earlier: int, more: int) -> None:
    assert curve.price(top, earlier + more) <= curve.price(top, earlier) <= top


@given(st.integers(CUT_MAX - 10**20, CUT_MAX), st.integers(0, 100_000))
def test_a_power_falls_at_every_step_where_it_can_be_seen(cut: int, exponent: int) -> None:
    here, next_ = power(cut, exponent), power(cut, exponent + 1)

    assert next_ < here or here < RAY // ONE


@pytest.mark.parametrize(
    "bad",
    [
        {"start": 0},
        {"start": ONE + 1},
        {"duration": 0},
        {"cutoff": ONE + 1},
        {"fast": 0},
        {"fast": 7801},
        {"shape": Shape.EXPONENTIAL},
        {"shape": Shape.EXPONENTIAL, "cut": CUT_MAX + 1},
        {"shape": Shape.STAIR_STEP, "cut": CUT_MAX},
    ],
)
def test_a_curve_that_could_rise_or_stand_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(InputError, match=r"curve\."):
        Curve(**{**vars(DERIVE), **bad})
