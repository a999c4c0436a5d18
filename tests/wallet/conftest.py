# SPDX-License-Identifier: Apache-2.0
"""A secret, and a prover whose circuit and key are made once."""

from __future__ import annotations

import pytest

from zkmargin.proving.artifacts import build
from zkmargin.wallet.prover import MarginProver
from zkmargin.wallet.secret import ViewSecret


@pytest.fixture(scope="session")
def prover() -> MarginProver:
    build("tiny")
    return MarginProver.load("tiny", backend="native")


@pytest.fixture
def secret() -> ViewSecret:
    return ViewSecret(bytes(range(100, 132)))
