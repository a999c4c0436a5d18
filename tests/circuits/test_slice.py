# SPDX-License-Identifier: Apache-2.0
"""slice.circom: the parts of a book, exact to the last unit, and no other parts."""

from __future__ import annotations

import random

import pytest

from circuits.harness import accepts, assert_pinned, compile_template, cost, rejects
from circuits.margin_cases import MARKET
from circuits.test_valuation import HELD, ONE
from zkmargin.book import Book
from zkmargin.field import MODULUS
from zkmargin.fixed import divide_up
from zkmargin.liquidation import Slice, Terms
from zkmargin.margin import margin
from zkmargin.units import FRACTION_ONE

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

FILE = "circuits/slice.circom"
SHARE = compile_template(FILE, "Share", 40)
SHARE_UP = compile_template(FILE, "ShareUp", 40)
SIGNS = compile_template(FILE, "Signs", ONE.slots)
SLICE = compile_template(FILE, "Slice", ONE.slots)
FRACTIONS = [0, 1, 333_333, 500_000, FRACTION_ONE - 1, FRACTION_ONE]
WHOLES = [0, 1, 2, 3, 999_999, 1_000_001, (1 << 40) - 1, 1 << 40]
every_fraction = pytest.mark.parametrize("fraction", FRACTIONS)
every_whole = pytest.mark.parametrize("whole", WHOLES)
every_book = pytest.mark.parametrize("book", HELD.values(), ids=HELD)

Inputs = dict[str, int | list[int]]


def holdings(book: Book) -> list[int]:
    """A book of at most one strike as the bus Holdings has it."""
    calls, puts = (sum(getattr(s, side) for s in book.slots) for side in ("call", "put"))
    linear = [book.cash, int(book.cash < 0), book.base, book.perp, abs(book.perp), book.perp_entry]
    return [*linear, calls, puts, abs(calls) + abs(puts), abs(calls + puts)]


def signs(book: Book, reserved: int) -> list[int]:
    """The signs and magnitudes that a slice of it divides, as SignedHoldings has them."""
    calls, puts = (sum(getattr(s, side) for s in book.slots) for side in ("call", "put"))
    sale = book.cash - reserved
    linear = [int(sale < 0), abs(sale), int(book.perp < 0)]
    return [*linear, int(calls < 0), abs(calls), int(puts < 0), abs(puts)]


def inputs_of(taken: Slice) -> Inputs:
    book = taken.old.book
    return {
        "held": holdings(book),
        "signs": signs(book, taken.terms.reserved),
        "fraction": taken.fraction,
        "price": taken.price,
    }


def slice_of(book: Book, fraction: int, reserved: int = 0) -> Slice:
    return Slice(margin(book, MARKET), Terms(900_000, reserved), fraction)


def lot_of(taken: Slice) -> list[int]:
    """The lot as the bus Lot has it."""
    lot = taken.lot(1, 1, 1 << 199)
    calls, puts = (sum(getattr(s, side) for s in lot.slots) for side in ("call", "put"))
    return [lot.cash, lot.base, lot.perp, lot.perp_entry, calls, puts]


def flat(outputs: dict[str, int | list[int]], bus: str) -> list[int]:
    """The signals of one bus among the outputs, in their order, signed."""
    found: list[int] = []
    for name, value in outputs.items():
        if name.startswith(f"{bus}."):
            found += value if isinstance(value, list) else [value]
    return [v - MODULUS if v > MODULUS // 2 else v for v in found]


@every_fraction
@every_whole
@pytest.mark.parametrize("negative", [0, 1])
def test_a_share_is_cut_toward_zero(fraction: int, whole: int, negative: int) -> None:
    inputs = {"fraction": fraction, "negative": negative, "magnitude": whole}
    size = fraction * whole // FRACTION_ONE

    outputs = accepts(SHARE, inputs)
    assert outputs == {"part": (-size if negative else size) % MODULUS, "size": size}


@every_fraction
@every_whole
@pytest.mark.parametrize("size", ["scaled \\ 1000000 + 1", "scaled \\ 1000000 - 1", "-1"])
def test_another_share_is_rejected(fraction: int, whole: int, size: str) -> None:
    inputs = {"fraction": fraction, "negative": 0, "magnitude": whole}

    rejects(SHARE, inputs, hints={"Share.size": size})


@pytest.mark.parametrize("whole", [1, 3, 999_999, 1_000_001])
@pytest.mark.parametrize("rest", [0, 5, 7])
def test_a_share_is_a_quotient_of_integers_not_of_the_field(whole: int, rest: int) -> None:
    inputs = {"fraction": 333_333, "negative": 0, "magnitude": whole}
    assert 333_333 * whole % FRACTION_ONE != rest

    rejects(SHARE, inputs, hints={"Share.size": f"(scaled - {rest}) / 1000000"})


def test_the_longest_share_is_accepted() -> None:
    longest = {"fraction": FRACTION_ONE, "negative": 0, "magnitude": (1 << 41) - 1}

    assert accepts(SHARE, longest)["size"] == (1 << 41) - 1


@pytest.mark.parametrize("whole", [1 << 41, (1 << 41) + 5, 1 << 60, -1, -5])
def test_a_magnitude_beyond_its_bits_has_no_share(whole: int) -> None:
    rejects(SHARE, {"fraction": FRACTION_ONE, "negative": 0, "magnitude": whole})


@every_fraction
@every_whole
@pytest.mark.parametrize("sign", [1, -1])
def test_a_share_up_is_cut_up_for_either_sign(fraction: int, whole: int, sign: int) -> None:
    signed = sign * min(whole, (1 << 40) - (sign > 0))
    part = divide_up(fraction * signed, FRACTION_ONE)

    assert accepts(SHARE_UP, {"fraction": fraction, "whole": signed}) == {"part": part % MODULUS}


@every_fraction
@pytest.mark.parametrize("whole", [-(1 << 40), -1_000_001, -1, 0, 1, 3, (1 << 40) - 1])
@pytest.mark.parametrize("change", ["+ 1", "- 1"])
def test_another_share_up_is_rejected(fraction: int, whole: int, change: str) -> None:
    part = divide_up(fraction * whole, FRACTION_ONE)

    rejects(
        SHARE_UP,
        {"fraction": fraction, "whole": whole},
        hints={"ShareUp.part": f"({part}) {change}"},
    )


@pytest.mark.parametrize("part", ["scaled / 1000000", "(scaled + 7) / 1000000"])
def test_a_share_up_is_a_quotient_of_integers_not_of_the_field(part: str) -> None:
    rejects(SHARE_UP, {"fraction": 333_333, "whole": -1_000_001}, hints={"ShareUp.part": part})


@pytest.mark.parametrize("whole", [1 << 41, -(1 << 41), 1 << 60])
def test_a_whole_beyond_its_bits_has_no_share_up(whole: int) -> None:
    rejects(SHARE_UP, {"fraction": FRACTION_ONE, "whole": whole})


@every_book
@pytest.mark.parametrize("reserved", [0, 1, 5_000_000_000, (1 << 63) - 1])
def test_signs_are_those_of_what_is_for_sale(book: Book, reserved: int) -> None:
    outputs = accepts(SIGNS, {"held": holdings(book), "reserved": reserved})

    assert flat(outputs, "signs") == signs(book, reserved)


@pytest.mark.parametrize("place", [0, 3, 6, 7])
@pytest.mark.parametrize("value", [1 << 66, -(1 << 66)])
def test_what_no_book_holds_has_no_signs(place: int, value: int) -> None:
    held = holdings(HELD["short put"])
    held[place] = value

    rejects(SIGNS, {"held": held, "reserved": 0})


@pytest.mark.parametrize(("place", "bits"), [(0, 65), (3, 40), (6, 40), (7, 40)])
def test_signs_are_taken_of_so_many_bits_and_no_more(place: int, bits: int) -> None:
    for value, taken in (
        ((1 << bits) - 1, True),
        (-(1 << bits), True),
        (1 << bits, False),
        (-(1 << bits) - 1, False),
    ):
        held = holdings(HELD["nothing"])
        held[place] = value
        if taken:
            accepts(SIGNS, {"held": held, "reserved": 0})
        else:
            rejects(SIGNS, {"held": held, "reserved": 0})


# What a slice divides: places in Holdings and in SignedHoldings, and the longest it takes.
DIVIDED = {
    "cash": ((0,), (1,), (1 << 66) - 1),
    "base": ((2,), (), (1 << 41) - 1),
    "perp": ((3, 4), (), (1 << 41) - 1),
    "perp entry": ((5,), (), (1 << 63) - 1),
    "call": ((6,), (4,), (1 << 41) - 1),
    "put": ((7,), (6,), (1 << 41) - 1),
}


@pytest.mark.parametrize("name", DIVIDED)
def test_a_slice_divides_numbers_of_so_many_bits_and_no_more(name: str) -> None:
    places, sign_places, longest = DIVIDED[name]
    for value in (longest, longest + 1):
        held, signed = [0] * 10, [0] * 7
        for place in places:
            held[place] = value
        for place in sign_places:
            signed[place] = value
        inputs: Inputs = {"held": held, "signs": signed, "fraction": FRACTION_ONE, "price": 0}
        if value == longest:
            accepts(SLICE, inputs)
        else:
            rejects(SLICE, inputs)


@pytest.mark.parametrize("value", [-(1 << 63), -(1 << 63) - 1])
def test_a_negative_entry_is_divided_down_to_its_bound(value: int) -> None:
    held = [0] * 5 + [value] + [0] * 4
    inputs: Inputs = {"held": held, "signs": [0] * 7, "fraction": FRACTION_ONE, "price": 0}

    if value == -(1 << 63):
        accepts(SLICE, inputs)
    else:
        rejects(SLICE, inputs)


@pytest.mark.parametrize("net", [(1 << 41) - 1, -(1 << 41), 1 << 41, -(1 << 41) - 1])
def test_the_net_of_what_is_left_has_so_many_bits_and_no_more(net: int) -> None:
    held = [0] * 6 + [net, 0, 0, 0]
    inputs: Inputs = {"held": held, "signs": [0] * 7, "fraction": 0, "price": 0}

    if -(1 << 41) <= net < 1 << 41:
        accepts(SLICE, inputs)
    else:
        rejects(SLICE, inputs)


@every_book
@every_fraction
def test_lot_and_remainder_are_those_of_the_specification(book: Book, fraction: int) -> None:
    taken = slice_of(book, fraction, 1_000_003)
    outputs = accepts(SLICE, inputs_of(taken))

    assert flat(outputs, "lot") == lot_of(taken)
    assert flat(outputs, "left") == holdings(taken.remainder)


def test_random_slices_are_those_of_the_specification(source: random.Random) -> None:
    for _ in range(100):
        book = source.choice(list(HELD.values()))
        taken = slice_of(book, source.randrange(FRACTION_ONE + 1), source.randrange(1 << 40))
        outputs = accepts(SLICE, inputs_of(taken))

        assert flat(outputs, "lot") == lot_of(taken)
        assert flat(outputs, "left") == holdings(taken.remainder)


@pytest.mark.parametrize("book", [HELD["short put"], HELD["short call"]])
@pytest.mark.parametrize("bus", ["lot", "left"])
def test_no_number_of_either_part_can_change_alone(book: Book, bus: str) -> None:
    inputs = inputs_of(slice_of(book, 333_333, 1_000_003))
    witness = SLICE.plain.run(inputs)
    parts = {n: w for n, w in SLICE.plain.system.wires.items() if n.startswith(f"{bus}.")}

    assert parts
    for name, wire in parts.items():
        rejects(SLICE, inputs, wires={name: witness[wire] + 1})
        rejects(SLICE, inputs, wires={name: -witness[wire] - 1})


@pytest.mark.parametrize("price", [1 << 63, -(1 << 63) - 5_000_000_000_000, 1 << 200])
def test_cash_that_no_book_holds_is_rejected(price: int) -> None:
    rejects(SLICE, inputs_of(slice_of(HELD["linear"], 333_333)) | {"price": price})


@pytest.mark.parametrize(("bits", "cash"), [(63, (1 << 63) - 1), (63, -(1 << 63)), (0, 0), (0, -1)])
def test_cash_at_its_bounds_keeps_its_sign(bits: int, cash: int) -> None:
    inputs = inputs_of(slice_of(HELD["nothing"], 0))
    held = holdings(HELD["nothing"])
    outputs = accepts(SLICE, inputs | {"price": cash - held[0]})

    assert flat(outputs, "left")[:2] == [cash, int(cash < 0)]
    rejects(SLICE, inputs | {"price": cash + (1 << 64) - held[0]})


@every_book
def test_no_wire_of_a_slice_can_change_alone(book: Book) -> None:
    assert_pinned(SLICE, inputs_of(slice_of(book, 333_333, 1_000_003)))
    assert_pinned(SIGNS, {"held": holdings(book), "reserved": 7})


def test_slices_cost_what_they_say() -> None:
    assert cost(SHARE).constraints == 40 + 43
    assert cost(SHARE_UP).constraints == 40 + 42
    assert cost(SIGNS).constraints == 109 + 84
    assert cost(SLICE).constraints == 442 + 209
