# SPDX-License-Identifier: Apache-2.0
"""Sizes, layouts and hash domains are the same numbers in Python and in the circuits."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from zkmargin import domains
from zkmargin.book import MOST_SLOTS
from zkmargin.documents.params_document import load_params, shipped_sets
from zkmargin.errors import BookError
from zkmargin.params import SCENARIOS_PACKED
from zkmargin.presets import (
    DERIBIT,
    LARGE,
    PRESETS,
    ROWS,
    SCENARIO_BLOCKS,
    SLOT_BLOCK,
    SLOT_BLOCKS,
    SMALL,
    STANDARD,
    TINY,
    Preset,
    smallest,
)
from zkmargin.proving.toolchain import circuits_dir

MODES = ("none", "up", "down")  # 0, 1 and 2 of volMode
FLAT = sum(SCENARIO_BLOCKS, ())


def circuit(name: str) -> str:
    return (circuits_dir() / name).read_text(encoding="utf-8")


def body(function: str, source: str) -> str:
    """The text between the braces of a circom function."""
    found = re.search(rf"function {function}\(\w*\) {{\n(.*?)\n}}", source, re.DOTALL)
    assert found, function
    return found[1]


def listed(function: str) -> list[int]:
    """The array that a function of layout.circom looks its argument up in."""
    found = re.search(r"= \[(.*?)\]", body(function, circuit("layout.circom")), re.DOTALL)
    assert found, function
    return [int(number) for number in found[1].split(",")]


def branching(function: str) -> Callable[[int], int]:
    """A function of layout.circom that is a chain of `if (scenario < n) return ...;`."""
    lines = [line.strip() for line in body(function, circuit("layout.circom")).splitlines()]
    chain = [re.fullmatch(r"(?:if \((.*?)\) )?return (.*?);", line) for line in lines]

    def value(scenario: int) -> int:
        for branch in chain:
            assert branch, lines
            if branch[1] is None or eval(branch[1], {"scenario": scenario}):
                return int(eval(branch[2].replace("\\", "//"), {"scenario": scenario}))
        raise AssertionError(lines)

    return value


def blocks_below(count: int) -> int:
    return sum(len(block) for block in SCENARIO_BLOCKS[:count])


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_a_main_circuit_has_the_sizes_of_its_preset(preset: Preset) -> None:
    found = re.search(
        r"= Margin\((\d+), (\d+), (\d+)\);", circuit(f"main/margin_{preset.name}.circom")
    )

    assert found
    assert [int(n) for n in found.groups()] == [
        preset.slots,
        preset.expiries,
        preset.scenario_blocks,
    ]


def test_every_main_circuit_belongs_to_a_preset() -> None:
    mains = {path.stem for path in (circuits_dir() / "main").glob("margin_*.circom")}

    assert mains == {f"margin_{name}" for name in PRESETS}


def test_the_layout_has_the_vol_modes_of_the_blocks() -> None:
    assert [MODES[number] for number in listed("volMode")] == list(FLAT)


def test_the_layout_counts_the_scenarios_of_the_first_blocks() -> None:
    counts = [blocks_below(count) for count in range(len(SCENARIO_BLOCKS) + 1)]

    assert listed("scenarioCount") == counts


def test_the_layout_counts_the_packed_elements_of_the_first_blocks() -> None:
    elements = [-(-len(block) // SCENARIOS_PACKED) for block in SCENARIO_BLOCKS]
    counts = [sum(elements[:count]) for count in range(len(elements) + 1)]

    assert listed("packedCount") == counts


def test_the_layout_packs_every_block_by_itself() -> None:
    place, shift = branching("packedPlace"), branching("packedShift")
    expected = []
    for number, block in enumerate(SCENARIO_BLOCKS):
        first = listed("packedCount")[number]
        expected += [
            divmod(i + first * SCENARIOS_PACKED, SCENARIOS_PACKED) for i in range(len(block))
        ]

    assert [(place(w), shift(w)) for w in range(len(FLAT))] == expected


def test_the_first_two_scenarios_move_no_vol() -> None:
    assert FLAT[:2] == ("none", "none")


@pytest.mark.parametrize(("preset", "scenarios"), [(TINY, 9), (STANDARD, 23), (DERIBIT, 35)])
def test_a_preset_counts_the_base_point_as_a_scenario(preset: Preset, scenarios: int) -> None:
    assert preset.scenarios == scenarios
    assert len(preset.modes) == scenarios - 1


def test_hash_domains_are_those_of_the_circuits() -> None:
    found = re.findall(r"function (\w+)\(\) { return (\d+); }", circuit("domains.circom"))
    in_circuits = {name.removesuffix("_DOMAIN"): int(number) for name, number in found}
    in_python = {name: value for name, value in vars(domains).items() if name.isupper()}

    assert in_python.pop("LAW") not in in_circuits.values()  # a hash that no circuit opens
    assert in_circuits == in_python


def test_no_two_hashes_share_a_domain() -> None:
    numbers = [value for name, value in vars(domains).items() if name.isupper()]

    assert sorted(numbers) == list(range(len(numbers)))


def test_every_preset_fits_a_commitment() -> None:
    assert all(preset.slots <= SLOT_BLOCK * SLOT_BLOCKS for preset in PRESETS.values())
    assert all(preset.expiries <= ROWS for preset in PRESETS.values())


@pytest.mark.parametrize(
    ("strikes", "expiries", "blocks", "expected"),
    [
        (0, 0, 1, TINY),
        (TINY.slots, TINY.expiries, 1, TINY),
        (TINY.slots + 1, 1, 1, SMALL),
        (1, TINY.expiries + 1, 1, STANDARD),
        (1, 1, 2, SMALL),
        (SMALL.slots, SMALL.expiries, 2, SMALL),
        (SMALL.slots + 1, 1, 2, STANDARD),
        (1, SMALL.expiries + 1, 2, STANDARD),
        (STANDARD.slots, STANDARD.expiries, 2, STANDARD),
        (STANDARD.slots + 1, 1, 2, LARGE),
        (LARGE.slots, LARGE.expiries, 1, LARGE),
        (0, 0, 3, DERIBIT),
        (DERIBIT.slots, DERIBIT.expiries, 3, DERIBIT),
    ],
)
def test_the_smallest_preset_that_fits_is_chosen(
    strikes: int, expiries: int, blocks: int, expected: Preset
) -> None:
    assert smallest(strikes, expiries, blocks) == expected


def test_no_smaller_preset_would_do() -> None:
    for strikes in range(LARGE.slots + 1):
        for expiries in range(LARGE.expiries + 1):
            chosen = smallest(strikes, expiries, 2)
            fitting = [p for p in (SMALL, STANDARD, LARGE) if strikes <= p.slots]

            assert chosen in fitting
            assert chosen == min(
                (p for p in fitting if expiries <= p.expiries), key=lambda p: p.slots
            )


@pytest.mark.parametrize(
    ("strikes", "expiries", "blocks", "message"),
    [
        (31, 1, 1, f"got 31, the book has 31 strikes, the largest preset holds {LARGE.slots}"),
        (31, 9, 2, f"got 31, the book has 31 strikes, the largest preset holds {LARGE.slots}"),
        (9, 1, 3, f"got 9, the book has 9 strikes, the largest preset holds {DERIBIT.slots}"),
        (9, 9, 2, f"got 9, the book has 9 expiries, the largest preset holds {LARGE.expiries}"),
        (1, 9, 3, f"got 9, the book has 9 expiries, the largest preset holds {DERIBIT.expiries}"),
    ],
)
def test_a_book_that_no_preset_holds_is_refused(
    strikes: int, expiries: int, blocks: int, message: str
) -> None:
    with pytest.raises(BookError, match=f"^options: {message}$"):
        smallest(strikes, expiries, blocks)


def test_the_largest_book_has_a_place_for_every_slot_of_the_largest_preset() -> None:
    assert LARGE.slots <= MOST_SLOTS


@pytest.mark.parametrize("name", shipped_sets())
def test_every_shipped_set_has_a_preset(name: str) -> None:
    params = load_params(name)

    assert smallest(1, 1, params.blocks_in_use).scenario_blocks >= params.blocks_in_use
