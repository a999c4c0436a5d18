# SPDX-License-Identifier: Apache-2.0
"""Every statement in the smallest size: what it is about, public or private, is one thing only.

An honest witness comes first; then each number that is opened, or that the statement names, is
changed alone, and the constraints refuse it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from circuits.harness import Circuit, accepts, compile_template, rejects
from circuits.liquidation_cases import LIQUIDATE_PUBLIC, LOT_BLINDING, WINNER, slice_of, worth
from circuits.margin_cases import DOMAIN, MARKET, PUBLIC
from circuits.test_valuation import HELD, ONE
from zkmargin.margin import margin
from zkmargin.units import BPS, QUOTE
from zkmargin.witness import (
    Inputs,
    liquidate_inputs,
    margin_inputs,
    nav_inputs,
    shortfall_inputs,
)

pytestmark = [pytest.mark.circuit, pytest.mark.soundness]

SIZES = (ONE.slots, ONE.expiries, ONE.scenario_blocks)
BOOK = HELD["short put"]
SHORT = replace(BOOK, cash=BOOK.cash - margin(BOOK, MARKET).excess(BPS) - 1)
FREE = ("domain", "winner", "beneficiary")  # nothing follows from them; test_tampering has them
BY = {"reserved": QUOTE, "target": 100}  # where rounding hides a change by one
OPENED = margin_inputs(BOOK, MARKET, BPS, DOMAIN, ONE)
STATEMENTS: dict[str, tuple[str, tuple[str, ...], Inputs]] = {
    "OpenAccount": ("account", PUBLIC, OPENED),
    "ValueAccount": ("account", PUBLIC, OPENED),
    "Margin": ("margin", PUBLIC, OPENED),
    "Shortfall": (
        "shortfall",
        (*PUBLIC, "beneficiary"),
        shortfall_inputs(SHORT, MARKET, BPS, DOMAIN, 5, ONE),
    ),
    "Nav": ("nav", (*PUBLIC, "nav"), nav_inputs(margin(BOOK, MARKET), DOMAIN, ONE)),
    "Liquidate": (
        "liquidate",
        LIQUIDATE_PUBLIC,
        liquidate_inputs(
            sold := slice_of(worth(SHORT, 800)), sold.lot(8, 1, LOT_BLINDING), WINNER, DOMAIN, ONE
        ),
    ),
}


@pytest.mark.parametrize("template", STATEMENTS)
def test_no_number_of_a_statement_can_change_alone(template: str) -> None:
    file, public, inputs = STATEMENTS[template]
    circuit: Circuit = compile_template(f"circuits/{file}.circom", template, *SIZES, public=public)
    accepts(circuit, inputs)

    for name, values in inputs.items():
        unopened = template == "OpenAccount" and name == "book"  # the place of a row is Slot's
        for place in range(len(values) - unopened if name not in FREE else 0):
            changed = [value + (i == place) * BY.get(name, 1) for i, value in enumerate(values)]

            rejects(circuit, {**inputs, name: changed})
