# SPDX-License-Identifier: Apache-2.0
"""slot.circom: one strike is in range, takes its own expiry's row and is priced by it."""

from __future__ import annotations

import random

import pytest
from agreement.edges import edge_cases
from random_market import random_case

from circuits.harness import Hints, accepts, assert_pinned, compile_template, rejects
from zkmargin.field import MODULUS
from zkmargin.margin import PricedSlot, price_slot
from zkmargin.option import inverse
from zkmargin.presets import TINY
from zkmargin.snapshot import UNLISTED
from zkmargin.units import BPS, LOG_BOUND, ONE, PRICE_BOUND, SIZE_BOUND
from zkmargin.witness import margin_inputs

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SLOT = "circuits/slot.circom"
SIZES = compile_template(SLOT, "Sizes", public=["call", "expiry", "put", "strike"])
PRICE = compile_template(SLOT, "Slot", 2, public=["position", "rows"])
EXPOSURE = compile_template(SLOT, "SlotExposure", public=["call", "magnitude", "put", "quote"])
MOVE = compile_template(SLOT, "SlotMove", public=["exposure", "n1", "n2"])
SCENARIO = {
    mode: compile_template(SLOT, "SlotScenario", place, public=["lnMultiplier", "quote"])
    for place, mode in enumerate(("none", "up", "down"))
}
CUT, SHIFT_BIT = "FloorCut.out", "NaturalLog.bit[i]"
FLOOR = "((in + (1 << SPAN)) >> SHIFT) - (1 << (SPAN - SHIFT))"
EXPIRY, STRIKE = 1_750_000_000, 2_700 * 10**6
EDGES = {name: (book, snapshot) for name, book, snapshot, _ in edge_cases(TINY) if book.slots}
EMPTY = [0, 0, 0, 0, 0]

Case = tuple[PricedSlot, list[int], list[int]]  # the specification's slot, position and rows


def cases_of(name: str) -> list[Case]:
    """The slots of an edge case with the circuit's position and the two rows it opens."""
    book, snapshot = EDGES[name]
    inputs = margin_inputs(book, snapshot, 0, 1, TINY)
    rows = inputs["market"][57:83]
    positions = [inputs["book"][i : i + 5] for i in (7, 12)]
    priced = [price_slot(slot, snapshot) for slot in book.slots]
    return [(p, position, rows) for p, position in zip(priced, positions, strict=False)]


def sizes(expiry: int, strike: int, call: int, put: int) -> dict[str, int | list[int]]:
    return {"expiry": expiry, "strike": strike, "call": call, "put": put}


def named(position: list[int], rows: list[int]) -> dict[str, int | list[int]]:
    return {"position": position, "rows": rows}


Bus = dict[str, int | list[int]]


def quote(p: PricedSlot) -> Bus:
    """What Slot hands on, in the order of the bus."""
    vols = p.vols
    return {
        "strike": p.slot.strike,
        "forward": p.row.forward,
        "rootTime": p.row.root_time,
        "settled": int(p.row.settled),
        "below": int(p.k < 0),
        "coarse": p.k >> 11,
        "s": [vols.none, vols.up, vols.down],
        "inverse": [inverse(vols, mode) for mode in ("none", "up", "down")],
        "n1": p.n1,
        "n2": p.n2,
        "density": p.density,
    }


def exposure(p: PricedSlot) -> Bus:
    """What SlotExposure hands on, in the order of the bus."""
    live, strike, forward = p.live_net, p.slot.strike, p.row.forward
    return {
        "liveMagnitude": abs(live),
        "liveNet": live,
        "delta": live * p.n1 - ONE * p.live_put,
        "forwardSize": forward * live,
        "strikeSize": strike * live,
        "putForward": forward * p.live_put,
        "baseValue": live * (forward * p.n1 - strike * p.n2),
    }


def flat(bus: Bus) -> list[int]:
    """The numbers of a bus, as an input."""
    return [x for v in bus.values() for x in (v if isinstance(v, list) else [v])]


def _reduced(value: int | list[int]) -> int | list[int]:
    return [x % MODULUS for x in value] if isinstance(value, list) else value % MODULUS


def expected(p: PricedSlot, place: int) -> dict[str, int | list[int]]:
    outputs = {f"quote.{name}": _reduced(value) for name, value in quote(p).items()}
    return outputs | {
        "gross": abs(p.slot.call) + abs(p.slot.put),
        "magnitude": abs(p.slot.net),
        "chosen": [int(place == j) for j in range(2)],
    }


def held(p: PricedSlot) -> dict[str, int | list[int]]:
    """The inputs of SlotExposure."""
    slot = p.slot
    sizes_of = {"call": slot.call, "put": slot.put, "magnitude": abs(slot.net)}
    return {"quote": flat(quote(p)), **sizes_of}


def expected_exposure(p: PricedSlot) -> dict[str, int | list[int]]:
    outputs = {f"exposure.{name}": _reduced(value) for name, value in exposure(p).items()}
    return outputs | {"value": p.value % MODULUS}


@pytest.mark.parametrize(
    ("call", "put"),
    [
        *[(0, 0), (1, 0), (0, -1), (5, -5), (-7, 3)],
        *[(SIZE_BOUND - 1, 1 - SIZE_BOUND), (SIZE_BOUND - 1, SIZE_BOUND - 1)],
        (1 - SIZE_BOUND, 1 - SIZE_BOUND),
    ],
)
@pytest.mark.parametrize("strike", [1, STRIKE, PRICE_BOUND - 1])
def test_a_used_slot_has_signs_and_magnitudes(call: int, put: int, strike: int) -> None:
    outputs = accepts(SIZES, sizes(EXPIRY, strike, call, put))

    assert outputs == {"used": 1, "gross": abs(call) + abs(put), "magnitude": abs(call + put)}


def test_an_unused_slot_is_all_zero() -> None:
    assert accepts(SIZES, sizes(0, 0, 0, 0)) == {"used": 0, "gross": 0, "magnitude": 0}


@pytest.mark.parametrize(
    "numbers",
    [
        *[(EXPIRY, strike, 1, 1) for strike in (PRICE_BOUND, -1, 1 << 100, MODULUS // 2)],
        *[(EXPIRY, STRIKE, call, 0) for call in (SIZE_BOUND, -SIZE_BOUND - 1, 1 << 82)],
        *[(EXPIRY, STRIKE, 0, put) for put in (SIZE_BOUND, -SIZE_BOUND - 1, 1 << 41)],
        (EXPIRY, STRIKE, 1 << 41, -(1 << 41)),  # nothing in sum
        (EXPIRY, STRIKE - 1, 1 << 41, 0),  # the same packed slot
        (EXPIRY, STRIKE + (1 << 48), 1, 1),
    ],
)
def test_a_number_out_of_range_is_rejected(numbers: tuple[int, int, int, int]) -> None:
    rejects(SIZES, sizes(*numbers))


@pytest.mark.parametrize("hints", [{}, {"IsZero.inverse": 1}])
@pytest.mark.parametrize(
    "numbers",
    [
        (0, 1, 0, 0),
        (0, 0, 1, 0),
        (0, 0, 0, -1),
        (0, 0, 1, -1),
        (0, STRIKE, 5, 5),
        (0, STRIKE, 0, 0),
    ],
)
def test_an_unused_slot_that_is_not_zero_is_rejected(
    numbers: tuple[int, int, int, int], hints: Hints
) -> None:
    assert rejects(SIZES, sizes(*numbers), hints=hints)


@pytest.mark.parametrize("numbers", [(EXPIRY, STRIKE, 3, -4), (EXPIRY, STRIKE, 0, 0)])
def test_a_used_slot_denied_is_rejected(numbers: tuple[int, int, int, int]) -> None:
    assert "empty" in rejects(SIZES, sizes(*numbers), wires={"used": 0})
    rejects(SIZES, sizes(*numbers), hints={"IsZero.inverse": 0})


@pytest.mark.parametrize(("expiry", "empty"), [(0, 0), (EXPIRY, 1), (EXPIRY, 2), (1, 1)])
def test_whether_a_slot_without_sizes_is_used_goes_by_its_expiry(expiry: int, empty: int) -> None:
    numbers = sizes(expiry, 0, 0, 0)

    assert accepts(SIZES, numbers)["used"] == int(expiry != 0)
    assert "empty" in rejects(SIZES, numbers, wires={"empty": empty, "used": 1 - empty})


@pytest.mark.parametrize(("call", "put"), [(0, 0), (3, -3), (-1, 2), (1 - SIZE_BOUND, 5)])
def test_a_flipped_sign_of_a_size_is_rejected(call: int, put: int) -> None:
    hints = {"SignMagnitude.negative": "in < 0 ? 0 : 1"}

    rejects(SIZES, sizes(EXPIRY, STRIKE, call, put), hints=hints)


@pytest.mark.parametrize("name", EDGES)
def test_a_slot_is_priced_like_the_specification(name: str) -> None:
    for p, position, rows in cases_of(name):
        assert accepts(PRICE, named(position, rows)) == expected(p, position[4])
        assert accepts(EXPOSURE, held(p)) == expected_exposure(p)


def test_random_slots_are_priced_like_the_specification(source: random.Random) -> None:
    for _ in range(25):
        book, snapshot = random_case(source, TINY)
        inputs = margin_inputs(book, snapshot, 0, 1, TINY)
        for i, slot in enumerate(book.slots):
            position = inputs["book"][7 + 5 * i : 12 + 5 * i]
            p = price_slot(slot, snapshot)
            outputs = accepts(PRICE, named(position, inputs["market"][57:83]))
            assert outputs == expected(p, position[4])
            assert accepts(EXPOSURE, held(p)) == expected_exposure(p)


@pytest.mark.parametrize("name", ["strike at the forward", "no rows listed"])
def test_an_unused_slot_is_worth_nothing(name: str) -> None:
    _, _, rows = cases_of("strike at the forward")[0]
    if name == "no rows listed":
        rows = unlisted_rows()
    outputs = accepts(PRICE, named(EMPTY, rows))
    priced = [outputs[f"quote.{name}"] for name in quote(cases_of("strike at the forward")[0][0])]
    numbers = [x for v in priced for x in (v if isinstance(v, list) else [v])]
    worth = accepts(EXPOSURE, {"quote": numbers, "call": 0, "put": 0, "magnitude": 0})

    assert (outputs["gross"], outputs["magnitude"]) == (0, 0)
    assert set(worth.values()) == {0}


def unlisted_rows() -> list[int]:
    u = UNLISTED
    row = [0, 0, u.vol_down, u.vol_up, u.vol_floor, u.forward, u.ln_forward, u.root_time]
    return [*row, u.svi.a, 0, 0, 0, 0] * 2


@pytest.mark.parametrize(("strike", "call"), [(1000, SIZE_BOUND - 1), (10**6, -1), (10**6, 0)])
@pytest.mark.parametrize("place", [0, 1])
def test_a_used_slot_with_expiry_0_on_an_unlisted_row_is_rejected(
    strike: int, call: int, place: int
) -> None:
    inputs = named([0, strike, call, 0, place], unlisted_rows())

    assert ("position.place" if place else "empty") in rejects(PRICE, inputs)
    rejects(PRICE, inputs, wires={"sizes.empty": 0, "sizes.used": 1})
    rejects(PRICE, inputs, hints={"IsZero.inverse": 1})


def test_the_row_of_another_expiry_is_rejected() -> None:
    _, position, rows = cases_of("every slot in use")[0]
    expiry, strike, call, put, place = position

    assert "used" in rejects(PRICE, named([expiry, strike, call, put, 1 - place], rows))
    assert "used" in rejects(PRICE, named([expiry + 1, strike, call, put, place], rows))
    assert "used" in rejects(PRICE, named([-call, strike, call, put, place], rows))


def test_an_unused_slot_at_another_place_is_rejected() -> None:
    _, _, rows = cases_of("strike at the forward")[0]

    assert "position.place" in rejects(PRICE, named([0, 0, 0, 0, 1], rows))


@pytest.mark.parametrize("place", [2, -1, 15])
def test_a_place_out_of_range_is_rejected(place: int) -> None:
    _, position, rows = cases_of("every slot in use")[0]

    rejects(PRICE, named([*position[:4], place], rows))


@pytest.mark.parametrize("hints", [{}, {SHIFT_BIT: 1}])
def test_a_used_slot_with_strike_0_is_rejected(hints: Hints) -> None:
    for _, position, rows in cases_of("every slot in use"):
        for call, put in ((5, 0), (0, 0), (-5, 5)):
            forged = [position[0], 0, call, put, position[4]]
            assert rejects(PRICE, named(forged, rows), hints=hints)


def test_a_strike_beyond_e_to_the_8_of_the_forward_is_rejected() -> None:
    p, position, rows = cases_of("every slot in use")[0]
    for strike in (p.row.forward // 3_000, p.row.forward * 2_990):
        rejects(PRICE, named([position[0], strike, *position[2:]], rows))
    assert abs(p.k) < LOG_BOUND


@pytest.mark.parametrize("shift", [12, 72])
def test_a_vol_or_a_moneyness_with_a_free_remainder_is_rejected(shift: int) -> None:
    hints = {CUT: f"SHIFT == {shift} ? (in - 5) / (1 << SHIFT) : {FLOOR}"}
    for name in ("strike one unit above the forward", "every slot in use"):
        _, position, rows = cases_of(name)[0]
        rejects(PRICE, named(position, rows), hints=hints)


def test_another_price_is_rejected() -> None:
    p, position, rows = cases_of("every slot in use")[0]
    for name, change in (("n1", 1), ("s[1]", 1), ("below", 1)):
        honest = {"n1": p.n1, "s[1]": p.vols.up, "below": int(p.k < 0)}[name]
        rejects(PRICE, named(position, rows), wires={f"quote.{name}": honest + change})


@pytest.mark.parametrize("name", ["every slot in use", "settled in the money"])
def test_another_exposure_or_value_is_rejected(name: str) -> None:
    for p, _, _ in cases_of(name):
        rejects(EXPOSURE, held(p), wires={"value": p.value + 1})
        for part, value in exposure(p).items():
            rejects(EXPOSURE, held(p), wires={f"exposure.{part}": int(str(value)) - 1})


@pytest.mark.parametrize("mode", SCENARIO)
@pytest.mark.parametrize("name", EDGES)
def test_a_scenario_changes_the_value_like_the_specification(name: str, mode: str) -> None:
    params = EDGES[name][1].params
    scenarios = [s for block in params.blocks for s in block if s.mode == mode]
    for p, _, _ in cases_of(name):
        for s in scenarios[:4]:
            inputs = {"quote": flat(quote(p)), "lnMultiplier": s.ln_multiplier}
            moved = accepts(SCENARIO[mode], inputs)
            out = accepts(MOVE, {"exposure": flat(exposure(p)), **moved})
            change = s.multiplier * int(str(out["onForward"])) - BPS * int(str(out["onStrike"]))
            assert change % MODULUS == p.change(s) % MODULUS


def test_a_forged_d1_of_a_scenario_is_rejected() -> None:
    p = cases_of("every slot in use")[0][0]

    rejects(
        SCENARIO["up"],
        {"quote": flat(quote(p)), "lnMultiplier": 99},
        hints={CUT: "(in - 5) / (1 << SHIFT)"},
    )


@pytest.mark.parametrize("name", ["every slot in use", "settled in the money"])
def test_no_wire_of_a_slot_can_change_alone(name: str) -> None:
    p, position, rows = cases_of(name)[0]

    assert_pinned(PRICE, named(position, rows))
    assert_pinned(EXPOSURE, held(p))
    assert_pinned(MOVE, {"exposure": flat(exposure(p)), "n1": 5, "n2": 7})
    assert_pinned(SCENARIO["up"], {"quote": flat(quote(p)), "lnMultiplier": 99})


def test_no_wire_of_an_unused_slot_can_change_alone() -> None:
    assert_pinned(SIZES, sizes(0, 0, 0, 0))
    assert_pinned(SIZES, sizes(EXPIRY, STRIKE, 3, -4))
    assert_pinned(PRICE, named(EMPTY, unlisted_rows()))
