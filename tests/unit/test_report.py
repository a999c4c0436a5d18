# SPDX-License-Identifier: Apache-2.0
"""The margin report: the keys programs rely on, and the words people read."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from random_market import random_case
from rich.console import Console

from zkmargin.book import Book
from zkmargin.documents.book_document import load_book
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.errors import BookError
from zkmargin.margin import MarginReport, margin
from zkmargin.oracle import RealBook, RealMarket, evaluate
from zkmargin.presets import PRESETS
from zkmargin.report import (
    margin_document,
    margin_table,
    money_text,
    ratio,
    scenario_table,
    verdict,
)
from zkmargin.snapshot import Snapshot
from zkmargin.units import BPS, QUOTE

EXAMPLES = Path(__file__).parents[2] / "examples"
MONEY = ("nav", "mmr", "excess", "reserve", "scan", "basis", "static", "gross")


@cache
def snapshot() -> Snapshot:
    return load_snapshot(EXAMPLES / "eth_snapshot.json")


def example(name: str) -> MarginReport:
    return margin(load_book(EXAMPLES / f"{name}.json"), snapshot())


def document(report: MarginReport, level: int = BPS) -> dict[str, Any]:
    """The report as a program reads it."""
    read: dict[str, Any] = json.loads(json.dumps(margin_document(report, level)))
    return read


def units(text: str) -> int:
    return int(Decimal(text) * QUOTE)


def empty_book() -> Book:
    return replace(load_book(EXAMPLES / "eth_book.json"), slots=(), base=0, perp=0, perp_entry=0)


def test_money_in_the_document_is_the_reports_own_integers() -> None:
    report = example("eth_book")
    read = document(report)

    assert [units(read[name]) for name in MONEY[:-1]] == [
        *(report.nav, report.mmr, report.excess(BPS), report.reserve),
        *(report.scan, report.basis, report.static),
    ]
    assert {name: units(gain) for name, gain in read["scenarios"].items()} == report.pnl
    assert {n: units(c) for n, c in read["contingencies"].items()} == report.contingencies
    assert [units(x) for x in read["basis_losses"].values()] == [*report.basis_losses.values()]


def test_the_parts_of_the_document_add_up_to_its_requirement() -> None:
    read = document(example("eth_book"))
    worst = read["scenarios"][read["worst_scenario"]]

    assert units(read["scan"]) in (-units(worst), -units(worst) + 1)
    assert units(read["mmr"]) == units(read["scan"]) + units(read["static"])
    assert units(read["excess"]) <= units(read["nav"]) - units(read["mmr"])


@pytest.mark.parametrize("seed", range(12))
def test_greeks_and_money_are_the_oracles(seed: int) -> None:
    rng = random.Random(seed)
    book, market = random_case(rng, rng.choice(list(PRESETS.values())))
    read = document(margin(book, market))
    oracle = evaluate(RealMarket.from_snapshot(market), RealBook.from_book(book))
    size = 2 + float(sum(abs(s.net) for s in book.slots) + book.base + abs(book.perp)) / 1e6
    gross = 1 + float(oracle.leg_gross)

    assert float(read["delta"]) == pytest.approx(float(oracle.delta), abs=1e-6 * size)
    assert float(read["gamma"]) == pytest.approx(float(oracle.gamma), rel=1e-3, abs=2e-6 * size)
    assert float(read["vega"]) == pytest.approx(float(oracle.vega) / 100, abs=1e-6 * gross)
    assert float(read["nav"]) == pytest.approx(float(oracle.nav), abs=1e-6 * gross)
    assert float(read["gross"]) == pytest.approx(float(oracle.leg_gross), rel=1e-9, abs=1e-6)


def test_the_ratio_is_nav_over_mmr_rounded_down() -> None:
    report = example("eth_book")
    shown = Decimal(document(report)["ratio"])

    assert shown * report.mmr <= report.nav < (shown + Decimal("0.000001")) * report.mmr


def test_the_ratio_is_null_if_nothing_is_required() -> None:
    report = margin(empty_book(), snapshot())

    assert report.mmr == 0
    assert ratio(report) is None
    assert document(report)["ratio"] is None
    assert verdict(report, BPS).endswith("no scenario loses")


def test_the_shortfall_is_said_in_money_level_and_scenario() -> None:
    report = example("short_book")
    short, loss = -report.excess(BPS) / QUOTE, report.scan / QUOTE

    assert short > 1_000
    assert verdict(report, BPS) == (
        f"short by {short:,.2f} USDC at level 1.00; the worst scenario is +20 % vol up, "
        f"losing {loss:,.2f} USDC"
    )


def test_the_edge_book_is_healthy_by_nothing_and_short_by_a_millionth_without_it() -> None:
    report = example("edge_book")
    poorer = margin(replace(report.book, cash=report.book.cash - 1), snapshot())

    assert report.excess(BPS) == 0
    assert document(report)["healthy"] is True
    assert verdict(report, BPS).startswith("healthy at level 1.00, with 0.00 USDC to spare")
    assert document(poorer)["healthy"] is False
    assert verdict(poorer, BPS).startswith("short by 0.000001 USDC at level 1.00")


def test_the_level_moves_the_excess_and_the_verdict() -> None:
    report = example("short_book")

    assert document(report, 5_000)["level"] == "0.5"
    assert document(report, 5_000)["healthy"] is True
    assert verdict(report, 5_000).startswith("healthy at level 0.50")


def test_a_level_outside_its_range_is_refused() -> None:
    with pytest.raises(BookError, match="level: got 20001, must be between 0 and 20000 bps"):
        margin_document(example("eth_book"), 20_001)


def test_the_basis_is_named_when_it_is_the_worst_case() -> None:
    report = example("eth_book")
    calendar = replace(empty_book(), slots=(report.book.slots[-4], report.book.slots[-2]))
    wide = replace(report.params, basis_add=40_000)
    rows = tuple(replace(row, basis_factor=40_000) for row in snapshot().rows)
    worst = margin(calendar, replace(snapshot(), params=wide, rows=rows))

    assert worst.worst_scenario == "basis"
    assert "the worst case is the basis, every expiry moving on its own" in verdict(worst, BPS)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00 USDC"), (1_234_567_890, "1,234.57 USDC"), (9_999, "0.009999 USDC")],
)
def test_money_below_a_cent_is_shown_to_the_last_unit(amount: int, text: str) -> None:
    assert money_text(amount) == text


def test_tables_show_every_scenario_and_take_brackets_literally() -> None:
    report = example("eth_book")
    first, *others = snapshot().params.scenarios
    params = replace(report.params, scenarios=(replace(first, name="[red]crash"), *others))
    report = margin(report.book, replace(snapshot(), params=params))
    console = Console(width=120, record=True)
    with console.capture() as shown:
        console.print(scenario_table(report))
        console.print(margin_table(report, BPS))
    text = shown.get()

    assert all(name in text for name in report.pnl)
    assert "[red]crash" in text
    assert f"{report.nav / QUOTE:,.2f}" in text
