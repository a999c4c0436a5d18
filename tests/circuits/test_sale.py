# SPDX-License-Identifier: Apache-2.0
"""sale.circom and the terms of an auction: worth, deficit and price to the unit, up."""

from __future__ import annotations

import random

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, rejects
from zkmargin.field import MODULUS
from zkmargin.fixed import divide_down, divide_up
from zkmargin.margin import VALUE
from zkmargin.units import FRACTION_ONE, LEVEL_MAX, NAV_OFFSET

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

WHOLE = compile_template("circuits/sale.circom", "WholeUnits")
FOR_SALE = compile_template("circuits/sale.circom", "ForSale")
PRICE = compile_template("circuits/sale.circom", "SalePrice")
TERMS = compile_template("circuits/liquidate.circom", "Terms")
UNIT = FRACTION_ONE * FRACTION_ONE * VALUE
RESERVED = [0, 1, 5_000_000, (1 << 63) - 1]
NAVS = [0, 1, -1, VALUE - 1, VALUE, -VALUE, -VALUE - 1, -(VALUE * 7) + 3, 1 << 208, -(1 << 208)]
SCALED = [1, UNIT - 1, UNIT, UNIT + 1]  # d f value: what the price divides
GOOD = {
    "fraction": 1,
    "discount": 0,
    "reserved": 0,
    "target": 0,
    "winner": 0,
    "topUp": 0,
}
HIGHEST = {
    "fraction": FRACTION_ONE,
    "discount": FRACTION_ONE,
    "reserved": (1 << 63) - 1,
    "target": LEVEL_MAX,
    "winner": (1 << 160) - 1,
    "topUp": (1 << 63) - 1,
}


def expected(nav: int, reserved: int) -> dict[str, int]:
    """Worthless or not, value and deficit (L3)."""
    surplus = nav - reserved * VALUE
    return {
        "worthless": int(surplus <= 0),
        "value": max(0, surplus),
        "deficit": divide_up(max(0, -nav), VALUE),
    }


@pytest.mark.parametrize("nav", NAVS)
@pytest.mark.parametrize("change", [1, -1, VALUE, 1 << 96, MODULUS // 2])
def test_exactly_one_number_of_whole_units_is_a_nav(nav: int, change: int) -> None:
    units = divide_down(nav, VALUE) + NAV_OFFSET

    accepts(WHOLE, {"exact": nav, "nav": units})
    rejects(WHOLE, {"exact": nav, "nav": units + change})


@pytest.mark.parametrize("units", [-(1 << 96) - 1, 1 << 96, 1 << 97])
def test_whole_units_beyond_97_bits_are_rejected(units: int) -> None:
    rejects(WHOLE, {"exact": units * VALUE, "nav": units + NAV_OFFSET})


@pytest.mark.parametrize("units", [-(1 << 96), (1 << 96) - 1])
def test_the_least_and_the_most_whole_units_are_accepted(units: int) -> None:
    accepts(WHOLE, {"exact": units * VALUE, "nav": units + NAV_OFFSET})


def test_whole_units_are_a_quotient_of_integers_not_of_the_field() -> None:
    quotient = 5 * pow(VALUE, -1, MODULUS) % MODULUS

    rejects(WHOLE, {"exact": 5, "nav": (quotient + NAV_OFFSET) % MODULUS})


@pytest.mark.parametrize("nav", NAVS)
@pytest.mark.parametrize("reserved", RESERVED)
def test_what_is_for_sale_is_what_exceeds_the_reserved_cash(nav: int, reserved: int) -> None:
    assert accepts(FOR_SALE, {"nav": nav, "reserved": reserved}) == expected(nav, reserved)


@pytest.mark.parametrize("reserved", RESERVED)
@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_an_account_is_worthless_up_to_its_reserved_cash(reserved: int, excess: int) -> None:
    nav = reserved * VALUE + excess

    assert accepts(FOR_SALE, {"nav": nav, "reserved": reserved})["worthless"] == int(excess <= 0)


@pytest.mark.parametrize("nav", [*NAVS, 5 * VALUE])
@pytest.mark.parametrize("output", ["worthless", "value", "deficit"])
@pytest.mark.parametrize("change", [1, -1, VALUE])
def test_another_worth_is_rejected(nav: int, output: str, change: int) -> None:
    inputs = {"nav": nav, "reserved": 5_000_000}
    value = expected(**inputs)[output] + change

    rejects(FOR_SALE, inputs, wires={output: value})


@pytest.mark.parametrize("nav", NAVS)
@pytest.mark.parametrize("change", ["+ 1", "- 1"])
def test_another_deficit_is_rejected(nav: int, change: str) -> None:
    deficit = expected(nav, 0)["deficit"]

    rejects(FOR_SALE, {"nav": nav, "reserved": 0}, hints={"ForSale.deficit": f"{deficit} {change}"})


@pytest.mark.parametrize("deficit", ["owed / VALUE()", "(owed + 5) / VALUE()"])
def test_a_deficit_is_a_quotient_of_integers_not_of_the_field(deficit: str) -> None:
    rejects(FOR_SALE, {"nav": -VALUE - 1, "reserved": 0}, hints={"ForSale.deficit": deficit})


@pytest.mark.parametrize("nav", [-3 * VALUE, 3 * VALUE])
def test_a_false_sign_of_the_nav_is_rejected(nav: int) -> None:
    inputs = {"nav": nav, "reserved": 7}

    rejects(FOR_SALE, inputs, hints={"SignMagnitude.negative": "in < 0 ? 0 : 1"})
    rejects(FOR_SALE, inputs, hints={"SignMagnitude.negative": int(nav > 0)})


@pytest.mark.parametrize("nav", [1 << 209, (1 << 209) + VALUE, -(1 << 209) - 1, 1 << 230])
def test_a_nav_that_no_account_has_is_rejected(nav: int) -> None:
    rejects(FOR_SALE, {"nav": nav, "reserved": 0})


def test_a_surplus_that_no_account_has_is_rejected() -> None:
    rejects(FOR_SALE, {"nav": -(1 << 208), "reserved": 1 << 69})


def test_the_largest_deficit_is_accepted() -> None:
    largest = (1 << 69) - 1

    assert accepts(FOR_SALE, {"nav": -largest * VALUE, "reserved": 0})["deficit"] == largest


def test_a_deficit_that_no_account_has_is_rejected() -> None:
    rejects(FOR_SALE, {"nav": -(1 << 69) * VALUE - 1, "reserved": 0})


@pytest.mark.parametrize("scaled", SCALED)
@pytest.mark.parametrize("units", [0, 1, 12_345, (1 << 64) - 2])
def test_a_price_is_rounded_up(scaled: int, units: int) -> None:
    inputs = {"discount": 1, "fraction": 1, "value": scaled + units * UNIT}
    price = divide_up(scaled, UNIT) + units

    if price < 1 << 64:
        assert accepts(PRICE, inputs) == {"price": price}
    else:
        rejects(PRICE, inputs)


def test_random_prices_are_those_of_the_specification(source: random.Random) -> None:
    for _ in range(300):
        discount, fraction = (source.randrange(FRACTION_ONE + 1) for _ in range(2))
        value = source.randrange(1 << source.randrange(1, 200))
        inputs = {"discount": discount, "fraction": fraction, "value": value}

        assert accepts(PRICE, inputs) == {"price": divide_up(discount * fraction * value, UNIT)}


@pytest.mark.parametrize("scaled", [0, *SCALED, 7 * UNIT + 5])
@pytest.mark.parametrize("price", ["+ 1", "- 1"])
def test_another_price_is_rejected(scaled: int, price: str) -> None:
    honest = divide_up(scaled, UNIT)
    inputs = {"discount": 1, "fraction": 1, "value": scaled}

    rejects(PRICE, inputs, hints={"SalePrice.price": f"{honest} {price}"})


@pytest.mark.parametrize("price", ["scaled / UNIT", "(scaled + 5) / UNIT"])
def test_a_price_is_a_quotient_of_integers_not_of_the_field(price: str) -> None:
    inputs = {"discount": 1, "fraction": 3, "value": UNIT + 1}

    rejects(PRICE, inputs, hints={"SalePrice.price": price})


def test_the_lowest_and_the_highest_terms_are_accepted() -> None:
    accepts(TERMS, GOOD)
    accepts(TERMS, HIGHEST)


@pytest.mark.parametrize("name", GOOD)
def test_terms_beyond_their_bounds_are_rejected(name: str) -> None:
    for value in (GOOD[name] - 1, GOOD[name] - 2, HIGHEST[name] + 1, HIGHEST[name] * 2, -(1 << 70)):
        rejects(TERMS, {**GOOD, name: value})


@pytest.mark.parametrize("nav", [0, 1, -1, 3 * VALUE, -3 * VALUE + 1])
def test_no_wire_of_a_sale_can_change_alone(nav: int) -> None:
    assert_pinned(WHOLE, {"exact": nav, "nav": divide_down(nav, VALUE) + NAV_OFFSET})
    assert_pinned(FOR_SALE, {"nav": nav, "reserved": 1})
    assert_pinned(PRICE, {"discount": 3, "fraction": 5, "value": abs(nav)})
    assert_pinned(TERMS, HIGHEST)


def test_sales_cost_what_they_say() -> None:
    assert cost(WHOLE).constraints == 377
    assert cost(FOR_SALE).constraints == 773
    assert cost(PRICE).constraints == 426
    assert cost(TERMS).constraints == 396
    assert MODULUS > UNIT << 64
