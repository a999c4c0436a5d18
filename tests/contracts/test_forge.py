# SPDX-License-Identifier: Apache-2.0
"""The contracts' own tests, by forge."""

from __future__ import annotations

import json

import pytest
from contracts.conftest import forge

pytestmark = [pytest.mark.chain, pytest.mark.slow]


def test_every_test_of_the_contracts_passes() -> None:
    suites = json.loads(forge("test", "--json"))
    results = {
        f"{suite}: {name}": test["status"]
        for suite, tests in suites.items()
        for name, test in tests["test_results"].items()
    }

    assert results
    assert set(results.values()) == {"Success"}
