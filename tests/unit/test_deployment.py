# SPDX-License-Identifier: Apache-2.0
"""What a deployment file does not say is refused by name."""

from __future__ import annotations

import pytest

from zkmargin.chain.deployment import CircuitKey, Deployment
from zkmargin.errors import DeploymentError

DEPLOYMENT = Deployment(31_337, 1, {"margin": CircuitKey("tiny", "development", "a" * 64)})


def test_a_circuit_has_the_size_that_was_deployed() -> None:
    assert DEPLOYMENT.preset("margin").name == "tiny"


def test_a_circuit_that_was_not_deployed_is_named() -> None:
    with pytest.raises(DeploymentError, match="circuit: got 'nav', is not deployed here"):
        DEPLOYMENT.preset("nav")
    with pytest.raises(DeploymentError, match="circuit: got 'nav', is not deployed here"):
        DEPLOYMENT.artifacts("nav")


def test_a_contract_that_was_not_deployed_is_named() -> None:
    with pytest.raises(DeploymentError, match="MarketOracle: got 'not deployed'"):
        DEPLOYMENT.address("MarketOracle")
