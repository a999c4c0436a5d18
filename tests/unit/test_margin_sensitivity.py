# SPDX-License-Identifier: Apache-2.0
"""Every number that the margin is stated to read changes an answer somewhere; no other one does.

After the sensitivity cases of Derive's PMRM, which move one parameter at a time to both ends.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from unit.integer_markets import (
    CLOCK,
    DAY,
    EXPIRED,
    HEADER,
    MONTH,
    PARAMS,
    YEAR,
    book,
    live,
    quote,
    size,
    snapshot,
)

from zkmargin.book import Book, Slot
from zkmargin.errors import BookError
from zkmargin.margin import healthy, margin
from zkmargin.option import Svi
from zkmargin.params import RiskParams, VolLaw
from zkmargin.snapshot import Header, Row, Snapshot
from zkmargin.snapshot_rules import settled_row, validate
from zkmargin.units import BPS, RATE_ONE

NOON = CLOCK + DAY // 2  # an expiry sooner than the floor of the vol law
BOOKS = {
    "rich": book(cash=quote("500")),
    "indebted": book(cash=-quote("500")),
    "spot": book(base=size("2"), perp=-size("1")),
    "perp": book(perp=size("3"), perp_entry=quote("300")),
    "short calls": book((MONTH, "105", "-2", "0"), (YEAR, "130", "-1", "0")),
    "short today": book((NOON, "100", "-1", "-1"), (YEAR, "80", "0", "-1")),
    "long": book((NOON, "101", "1", "0"), (MONTH, "95", "0", "2"), (YEAR, "100", "1", "1")),
    "calendar": book((MONTH, "100", "1", "-1"), (YEAR, "100", "-1", "1")),
    "settled": book((EXPIRED, "80", "2", "-1")),
}
CHANGES: dict[str, tuple[Any, ...]] = {
    "phi": (1, BPS),
    "perp_pct": (0, BPS),
    "base_pct": (0, BPS),
    "naked_pct": (0, BPS),
    "hedge_spread": (0, 20),
    "vega_spread": (0, 100),
    "basis_down": (1_700, 9_999),
    "basis_up": (10_001, 60_000),
    "basis_add": (0, 30_000),
    "basis_mult": (0, 20_000),
    "vol_law.up": (0, 9_000),
    "vol_law.down": (0, 3_600),
    "vol_law.power_short": (0, 3_500),
    "vol_law.power_long": (0, BPS),
    "vol_law.floor": (3 * DAY // 4, 30 * DAY),
    "vol_law.min_vol": (8_000, 50_000),
}
CHARGES = ("perp_pct", "base_pct", "naked_pct", "hedge_spread", "vega_spread", "basis_add")


def market_of(params: RiskParams = PARAMS, **header: Any) -> Snapshot:
    rows = [live(expiry, "100", "0.5", params) for expiry in (NOON, MONTH, YEAR)]
    return snapshot(settled_row(EXPIRED, quote("90")), *rows, params=params, **header)


def answers(case: Snapshot) -> dict[str, int]:
    """Excess at level 1 of every book, unreduced."""
    return {name: margin(held, case).excess_unreduced(BPS) for name, held in BOOKS.items()}


BEFORE = market_of()
ANSWERS = answers(BEFORE)


def with_param(name: str, value: Any) -> RiskParams:
    law = PARAMS.vol_law
    if name.startswith("vol_law."):
        return replace(PARAMS, vol_law=replace(law, **{name[8:]: value}))
    return replace(PARAMS, **{name: value})


def test_the_table_of_changes_holds_every_parameter() -> None:
    own = {field.name for field in fields(RiskParams)}
    law = {f"vol_law.{field.name}" for field in fields(VolLaw)}

    assert set(CHANGES) == own - {"name", "scenarios", "vol_law", "max_gross"} | law


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, ends in CHANGES.items() for value in ends]
)
def test_a_parameter_at_either_end_changes_an_answer(name: str, value: int) -> None:
    case = market_of(with_param(name, value))

    validate(case)
    assert answers(case) != ANSWERS


@pytest.mark.parametrize("name", CHARGES)
def test_a_higher_charge_never_helps_an_account(name: str) -> None:
    low, high = (answers(market_of(with_param(name, value))) for value in CHANGES[name])

    assert all(high[held] <= low[held] for held in BOOKS)


def test_the_bound_on_gross_decides_who_is_answered() -> None:
    case = market_of(with_param("max_gross", quote("1")))
    with pytest.raises(BookError, match="gross: got 303, must be at most 1 quote"):
        margin(BOOKS["perp"], case)


@pytest.mark.parametrize("dropped", PARAMS.scenarios, ids=lambda scenario: scenario.name)
def test_a_scenario_left_out_never_raises_the_requirement(dropped: Any) -> None:
    fewer = tuple(s for s in PARAMS.scenarios if s is not dropped)
    case = market_of(replace(PARAMS, scenarios=fewer))

    for held in BOOKS.values():
        assert margin(held, case).mmr <= margin(held, BEFORE).mmr


@pytest.mark.parametrize("name", ["multiplier", "weight"])
def test_the_worst_scenario_of_a_book_decides_its_answer(name: str) -> None:
    held = BOOKS["short calls"]
    worst = margin(held, BEFORE).worst_scenario
    eased = tuple(
        replace(s, **{name: getattr(s, name) - 100}) if s.name == worst else s
        for s in PARAMS.scenarios
    )
    after = margin(held, market_of(replace(PARAMS, scenarios=eased)))

    assert after.scan < margin(held, BEFORE).scan


def test_the_name_of_the_set_changes_nothing() -> None:
    assert answers(market_of(replace(PARAMS, name="other"))) == ANSWERS


HEADER_CHANGES = {
    "index": quote("100.5"),
    "perp_mark": quote("101.5"),
    "cumulative_funding": 1,
    "credit": RATE_ONE - 1,
    "debit": RATE_ONE + 1,
}


@pytest.mark.parametrize(("name", "value"), HEADER_CHANGES.items(), ids=HEADER_CHANGES)
def test_a_price_or_a_rate_of_the_header_changes_an_answer(name: str, value: int) -> None:
    assert answers(market_of(**{name: value})) != ANSWERS


@pytest.mark.parametrize("name", ["feed", "contract_size", "epoch", "timestamp"])
def test_the_identity_of_a_snapshot_changes_no_answer(name: str) -> None:
    header = replace(HEADER, **{name: getattr(HEADER, name) + 1})

    assert set(HEADER_CHANGES) | {name} <= {field.name for field in fields(Header)}
    assert answers(replace(BEFORE, header=header)) == ANSWERS


ROW_FIELDS = [field.name for field in fields(Row) if field.name not in ("expiry", "svi")]


@pytest.mark.parametrize("name", [*ROW_FIELDS, *(f"svi.{field.name}" for field in fields(Svi))])
def test_every_field_of_a_row_changes_an_answer(name: str) -> None:
    row = BEFORE.rows[2]
    if name.startswith("svi."):
        smile = replace(row.svi, **{name[4:]: getattr(row.svi, name[4:]) * 101 // 100})
        changed = replace(row, svi=smile)
    elif name == "vol_floor":
        changed = replace(row, vol_floor=1 << 24)
    elif name == "settled":
        changed = replace(row, settled=True)
    else:
        changed = replace(row, **{name: getattr(row, name) * 101 // 100})
    rows = (*BEFORE.rows[:2], changed, BEFORE.rows[3])

    assert answers(replace(BEFORE, rows=rows)) != ANSWERS


HELD = book(
    *((MONTH, "105", "-2", "1"), (YEAR, "90", "1", "-3")),
    cash=quote("50"),
    base=size("2"),
    perp=-size("3"),
    perp_entry=-quote("300"),
)


@pytest.mark.parametrize("name", ["cash", "base", "perp", "perp_entry"])
def test_every_holding_changes_the_answer(name: str) -> None:
    more = replace(HELD, **{name: getattr(HELD, name) + 1})

    assert excess(more) != excess(HELD)


@pytest.mark.parametrize("name", ["expiry", "strike", "call", "put"])
def test_every_field_of_a_slot_changes_the_answer(name: str) -> None:
    first: Slot = HELD.slots[0]
    value = YEAR if name == "expiry" else getattr(first, name) + 1
    moved = replace(HELD, slots=(replace(first, **{name: value}), HELD.slots[1]))

    assert excess(moved) != excess(HELD)


@pytest.mark.parametrize("name", ["account", "version", "blinding"])
def test_whose_book_it_is_changes_nothing(name: str) -> None:
    assert excess(replace(HELD, **{name: getattr(HELD, name) + 1})) == excess(HELD)


def test_the_level_decides_the_answer() -> None:
    report = margin(replace(HELD, cash=HELD.cash - margin(HELD, BEFORE).excess(BPS)), BEFORE)

    assert healthy(report, BPS)
    assert not healthy(report, BPS + 1)


def excess(held: Book) -> int:
    return margin(held, BEFORE).excess_unreduced(BPS)
