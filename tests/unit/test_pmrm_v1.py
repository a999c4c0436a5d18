# SPDX-License-Identifier: Apache-2.0
"""The oracle against Derive PMRM v1's 21 published margins, every difference explained."""

from __future__ import annotations

import pytest
from pmrm_v1 import CASES, DISCOUNT, FIXED, Case, margin_of, market_of, published, replica_margin

from zkmargin.oracle import REAL

EQUAL = (1, 13, 14, 15, 16, 17, 20)
# Oracle's excess at level 1 minus the published maintenance margin, and why.
DIFFERENCES = {
    2: ("4.511757186675005948197780880673688", {DISCOUNT}),
    3: ("20.13422078995331074062005962079088", {DISCOUNT}),
    4: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    5: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    6: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    7: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    8: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    9: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    10: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    11: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    12: ("0.01278436149549223135622099622000985", {DISCOUNT}),
    18: ("-164.9210200356549145000000643100263", {FIXED}),
    19: ("411.0909811408665111357206578435026", {DISCOUNT, FIXED}),
    21: ("52.5591609497283", {DISCOUNT}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_surface_gives_every_listed_vol(case: Case) -> None:
    rows = market_of(case).expiries
    for option in case["options"]:
        row = rows[option["seconds"]]
        vol = row.total_vol(REAL.mpf(option["strike"])) / row.sqrt_years

        assert abs(vol - REAL.mpf(option["vol"])) < 1e-14


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_nav_is_the_published_mark_to_market(case: Case) -> None:
    expected = published(case, "mark_to_market")

    assert abs(margin_of(case).nav - expected) <= 1e-9 * abs(expected)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_naked_charge_is_the_published_option_contingency(case: Case) -> None:
    expected = published(case, "option_contingency")

    assert abs(margin_of(case).contingencies.naked + expected) < REAL.mpf("1e-40")


@pytest.mark.parametrize("number_", [n for n in CASES if n not in (18, 19)])
def test_basis_is_the_published_basis_contingency(number_: int) -> None:
    case = CASES[number_]
    expected = published(case, "basis_contingency")

    assert abs(-margin_of(case).basis - expected) <= 1e-12 * max(100, abs(expected))


@pytest.mark.parametrize("number_", EQUAL)
def test_scan_is_the_worse_of_the_published_span_and_basis(number_: int) -> None:
    case = CASES[number_]
    expected = -min(published(case, "min_span"), published(case, "basis_contingency"))

    assert abs(margin_of(case).scan - expected) <= 1e-9 * abs(expected) + 1e-12


@pytest.mark.parametrize("number_", EQUAL)
def test_excess_is_the_published_maintenance_margin(number_: int) -> None:
    case = CASES[number_]
    expected = published(case, "maintenance_margin")

    assert abs(margin_of(case).excess(1) - expected) <= 1e-9 * abs(expected)


@pytest.mark.parametrize("number_", DIFFERENCES)
def test_excess_differs_from_the_published_margin_by_the_recorded_amount(number_: int) -> None:
    case = CASES[number_]
    recorded = REAL.mpf(DIFFERENCES[number_][0])
    difference = margin_of(case).excess(1) - published(case, "maintenance_margin")

    assert abs(difference - recorded) < REAL.mpf("1e-28")


def test_every_case_is_either_equal_or_explained() -> None:
    assert sorted([*EQUAL, *DIFFERENCES]) == list(range(1, 22))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_discount_and_fixed_part_give_every_published_margin(case: Case) -> None:
    expected = float(published(case, "maintenance_margin"))

    assert replica_margin(case, {DISCOUNT, FIXED}) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_without_them_the_replica_is_the_oracle(case: Case) -> None:
    expected = float(margin_of(case).excess(1))

    assert replica_margin(case, set()) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("number_", DIFFERENCES)
def test_the_named_causes_are_sufficient_and_each_is_needed(number_: int) -> None:
    case, causes = CASES[number_], DIFFERENCES[number_][1]
    expected = float(published(case, "maintenance_margin"))

    assert replica_margin(case, causes) == pytest.approx(expected, rel=1e-9)
    for cause in causes:
        assert replica_margin(case, causes - {cause}) != pytest.approx(expected, rel=1e-4)
