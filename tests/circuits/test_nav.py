# SPDX-License-Identifier: Apache-2.0
"""The whole nav circuit: exactly one NAV has a witness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circuits.harness import accepts, rejects
from circuits.liquidation_cases import NAV, nav_inputs_of
from circuits.margin_cases import LINEAR, MARKET, MIXED, NOTHING, PUBLIC, altered
from zkmargin.book import Book
from zkmargin.field import MODULUS
from zkmargin.margin import margin
from zkmargin.statement import header
from zkmargin.units import CASH_BOUND, NAV_OFFSET

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

DEBT = replace(MIXED, cash=-MIXED.cash)


@pytest.mark.parametrize("book", [NOTHING, LINEAR, MIXED, DEBT])
@pytest.mark.parametrize("change", [-(1 << 96), -2, -1, 0, 1, 2, 1 << 96, 1 << 200, MODULUS // 2])
def test_exactly_one_nav_has_a_witness(book: Book, change: int) -> None:
    inputs = nav_inputs_of(book)
    if change:
        rejects(NAV, altered(inputs, {"nav": inputs["nav"][0] + change}))
    else:
        assert accepts(NAV, inputs) == {}


@pytest.mark.parametrize("cash", [1 - CASH_BOUND, -1, 0, CASH_BOUND - 1])
def test_a_nav_of_either_sign_has_a_witness(cash: int) -> None:
    inputs = nav_inputs_of(replace(NOTHING, cash=cash))

    assert (inputs["nav"][0] >= NAV_OFFSET) == (cash >= 0)
    accepts(NAV, inputs)


@pytest.mark.parametrize("signal", [*PUBLIC, "nav"])
@pytest.mark.parametrize("change", [1, -1, 1 << 96])
def test_a_public_signal_cannot_change_in_a_finished_witness(signal: str, change: int) -> None:
    witness = NAV.proven.run(nav_inputs_of())
    wire = NAV.proven.system.wires[signal]
    witness[wire] = (witness[wire] + change) % MODULUS

    assert NAV.proven.system.names[1:6] == [*PUBLIC, "nav"]
    assert NAV.proven.system.broken(witness)


@pytest.mark.parametrize("level", [1, 10_000, 1 << 31])
def test_the_level_in_the_header_is_0(level: int) -> None:
    head = header(MIXED.account, MIXED.version, 0) + level

    assert "header" in rejects(NAV, altered(nav_inputs_of(), {"header": head}))


@pytest.mark.parametrize("change", [1, -1, 10_000])
def test_another_level_in_account_and_header_is_rejected(change: int) -> None:
    system = NAV.plain.system
    witness = NAV.plain.run(nav_inputs_of())
    for name in ("header", "account.header", "account.level"):
        witness[system.wires[name]] += change

    assert "account.level" in str(system.broken(witness))


def test_the_nav_is_that_of_the_specification() -> None:
    inputs = nav_inputs_of()

    assert inputs["nav"] == [margin(MIXED, MARKET).nav + NAV_OFFSET]
