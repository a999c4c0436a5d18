# SPDX-License-Identifier: Apache-2.0
"""account.circom and margin.circom in the smallest size: what is opened is what is committed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circuits.harness import accepts, compile_template, rejects
from circuits.margin_cases import DOMAIN, LINEAR, MARKET
from circuits.test_valuation import HELD, ONE, expected, signed
from zkmargin.book import Book
from zkmargin.margin import margin
from zkmargin.statement import header
from zkmargin.units import BPS, LEVEL_MAX
from zkmargin.witness import Inputs, margin_inputs

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SIZES = (ONE.slots, ONE.expiries, ONE.scenario_blocks)
PUBLIC = ("domain", "header", "commitment", "snapshotHash")
ACCOUNT = compile_template("circuits/account.circom", "OpenAccount", *SIZES, public=PUBLIC)
VALUED = compile_template("circuits/account.circom", "ValueAccount", *SIZES, public=PUBLIC)
MARGIN = compile_template("circuits/margin.circom", "Margin", *SIZES, public=PUBLIC)
LEVEL = compile_template("circuits/account.circom", "Level", public=["level"])


def inputs_of(book: Book, level: int = BPS) -> Inputs:
    return margin_inputs(book, MARKET, level, DOMAIN, ONE)


@pytest.mark.parametrize("book", HELD.values(), ids=HELD)
def test_an_account_opens_to_its_values(book: Book) -> None:
    assert signed(accepts(VALUED, inputs_of(book))) == expected(book, MARKET, ONE)


@pytest.mark.parametrize("book", HELD.values(), ids=HELD)
def test_an_account_opens_without_its_values(book: Book) -> None:
    outputs = accepts(ACCOUNT, inputs_of(book))

    assert outputs == {"cashNegative": int(book.cash < 0), "perpMagnitude": abs(book.perp)}


@pytest.mark.parametrize("signal", PUBLIC)
@pytest.mark.parametrize("change", [1, -1, 1 << 32, 1 << 96])
def test_another_public_signal_is_rejected(signal: str, change: int) -> None:
    inputs = inputs_of(HELD["short put"])

    rejects(ACCOUNT, inputs, wires={signal: inputs[signal][0] + change})


@pytest.mark.parametrize("change", [1 << 96, 1 << 32, 1, -1, -(1 << 32)])
def test_the_header_of_another_account_version_or_level_is_rejected(change: int) -> None:
    inputs = inputs_of(LINEAR)

    rejects(ACCOUNT, {**inputs, "header": [inputs["header"][0] + change]})


@pytest.mark.parametrize("level", [0, 1, BPS, LEVEL_MAX - 1, LEVEL_MAX])
def test_a_level_up_to_the_highest_is_accepted(level: int) -> None:
    accepts(LEVEL, {"level": level})


@pytest.mark.parametrize(
    "level", [-1, -2, LEVEL_MAX + 1, (1 << 15) - 1, 1 << 15, -(1 << 15), -12_768]
)
def test_a_level_out_of_range_is_rejected(level: int) -> None:
    rejects(LEVEL, {"level": level})


@pytest.mark.parametrize("name", ["linear", "short put", "short call"])
def test_the_highest_level_is_accepted_and_one_more_rejected(name: str) -> None:
    excess = margin(HELD[name], MARKET).excess(15_000)
    book = replace(HELD[name], cash=HELD[name].cash - excess)

    accepts(MARGIN, inputs_of(book, 15_000))
    rejects(MARGIN, inputs_of(book, 15_001))


def test_the_level_of_another_header_is_rejected() -> None:
    inputs = inputs_of(HELD["linear"], 0)
    head = header(LINEAR.account, LINEAR.version, BPS)

    rejects(MARGIN, {**inputs, "header": [head]})
