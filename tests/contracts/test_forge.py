# SPDX-License-Identifier: Apache-2.0
"""The contracts' own tests, by forge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from contracts.conftest import forge

pytestmark = [pytest.mark.chain, pytest.mark.slow]

A_SEQUENCE = 6000  # characters of a counterexample that are shown


def test_every_test_of_the_contracts_passes() -> None:
    suites = json.loads(forge("test", "--json"))
    results = {
        f"{suite}: {name}": test
        for suite, tests in suites.items()
        for name, test in tests["test_results"].items()
    }

    assert results
    failed = [said(name, test) for name, test in results.items() if test["status"] != "Success"]
    assert not failed, "\n\n".join(failed)


def test_a_failure_is_told_with_its_reason_and_the_calls_that_lead_to_it() -> None:
    calls = [{"sender": "0x1", "signature": "leave(uint256)", "args": "7"}]
    test = {"status": "Failure", "reason": "Blocked()", "counterexample": {"Sequence": [9, calls]}}

    told = said("test/Pool.t.sol: invariant_x()", test)

    assert told.splitlines() == ["test/Pool.t.sol: invariant_x()", "  Blocked()", "  leave(7)"]


def said(name: str, test: Mapping[str, Any]) -> str:
    """Name, reason and counterexample of a failed test, a call a line."""
    found = test.get("counterexample") or {}
    calls = [found["Single"]] if "Single" in found else (found.get("Sequence") or (0, ()))[1]
    lines = [call_text(call) for call in calls]
    return "\n  ".join((name, str(test.get("reason")), *lines))[:A_SEQUENCE]


def call_text(call: Mapping[str, Any]) -> str:
    function = str(call.get("signature") or call.get("func_name") or call.get("calldata"))
    return f"{function.partition('(')[0]}({call.get('args')})"
