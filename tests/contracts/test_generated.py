# SPDX-License-Identifier: Apache-2.0
"""What is committed under verifier/test/generated is what its generator writes."""

from __future__ import annotations

import pytest
from contracts.trapdoor_keys import CIRCUITS, GENERATED, sources


def test_nothing_else_is_among_the_generated_contracts() -> None:
    assert {path.name for path in GENERATED.iterdir()} == set(sources())
    assert len(sources()) == len(CIRCUITS) + 1


@pytest.mark.parametrize("file", sources())
def test_a_generated_contract_is_regenerated_byte_for_byte(file: str) -> None:
    assert (GENERATED / file).read_text() == sources()[file], "python -m contracts.trapdoor_keys"
