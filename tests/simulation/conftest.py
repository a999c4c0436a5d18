# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from zkmargin.documents.params_document import load_params
from zkmargin.simulation.dynamic_grid import grid_along
from zkmargin.simulation.exposure import Exposure, expose
from zkmargin.simulation.market import PathMarket
from zkmargin.simulation.market_path import JumpDiffusion, jump_diffusion
from zkmargin.simulation.population import population

ACCOUNTS = 60


@pytest.fixture(scope="session")
def crash() -> Exposure:
    """Sixty accounts through a fall by a third in three hours, seen every five minutes."""
    params = load_params("zkmargin_eth")
    model = JumpDiffusion(crash=-0.45)
    path = jump_diffusion(model, spot=2_700.0, seconds=300, steps=144, seed=1)
    books = population(ACCOUNTS, PathMarket(path, params).snapshot(0), seed=5)
    return expose(books, path, params, grid_along(path, params))
