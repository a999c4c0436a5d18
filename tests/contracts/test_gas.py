# SPDX-License-Identifier: Apache-2.0
"""Gas of whole transactions (intrinsic gas, calldata, storage): as committed, and within budget.

RegistryGas.t.sol and AuctionGas.t.sol measure; `make snapshots` alone rewrites
tests/snapshots/gas.json.
"""

from __future__ import annotations

import json
import re
from typing import Final

import pytest
from contracts.conftest import ROOT, forge

from zkmargin.files import write_atomic

pytestmark = [pytest.mark.chain]

SNAPSHOT: Final = ROOT / "tests" / "snapshots" / "gas.json"
BUDGETS: Final = {"prove": 260_000, "proveBatch32PerAccount": 80_000}
MEASURED: Final = re.compile(r'emit Measured\(name: "(\w+)", gas: (\d+)')


@pytest.fixture(scope="module")
def measured() -> dict[str, int]:
    """Gas by action, each call in a transaction of its own."""
    output = forge("test", "--isolate", "--match-contract", "(Registry|Auction)Gas", "-vvvv")
    return {name: int(gas) for name, gas in MEASURED.findall(output)}


def test_gas_is_as_committed(measured: dict[str, int], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-snapshots"):
        write_atomic(SNAPSHOT, (json.dumps(measured, indent=2, sort_keys=True) + "\n").encode())
    committed = json.loads(SNAPSHOT.read_text())
    assert measured.keys() == committed.keys()
    assert {k: v for k, v in measured.items() if v > committed[k]} == {}


@pytest.mark.parametrize("name", BUDGETS)
def test_gas_is_within_budget(name: str, measured: dict[str, int]) -> None:
    assert measured[name] <= BUDGETS[name]
