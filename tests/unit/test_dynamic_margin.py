# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from zkmargin.documents.params_document import load_params
from zkmargin.dynamic_margin import STRETCHES, ladder, stretched
from zkmargin.errors import InputError
from zkmargin.market_oracle.realised_variance import ONE
from zkmargin.market_oracle.rung_ladder import check_ladder, wanted
from zkmargin.units import BPS

BASE = load_params("zkmargin_eth")


def test_the_lowest_rung_is_the_base_set_itself() -> None:
    assert ladder(BASE, made_for=8_000)[0].params is BASE


def test_the_oracle_takes_the_ladder_and_finds_each_rung_by_the_vol_it_is_made_for() -> None:
    rungs = [rung.rung for rung in ladder(BASE, made_for=8_000)]
    check_ladder(rungs)

    for place, stretch in enumerate(STRETCHES[:-1]):
        vol = 0.8 * stretch / BPS
        assert wanted(rungs, int((vol - 0.001) ** 2 * ONE)) == place
        assert wanted(rungs, int((vol + 0.001) ** 2 * ONE)) == place + 1


def test_moves_widen_in_proportion_and_away_from_no_move() -> None:
    wide = stretched(BASE, 15_000)

    for before, after in zip(BASE.scenarios, wide.scenarios, strict=True):
        assert 2 * (after.multiplier - BPS) == 3 * (before.multiplier - BPS)
    assert wide.vol_law.up == BASE.vol_law.up * 3 // 2
    assert wide.digest != BASE.digest


def test_a_move_is_rounded_away_from_no_move() -> None:
    wide = stretched(BASE, 10_001)

    assert min(s.multiplier for s in wide.scenarios) == 7_999
    assert max(s.multiplier for s in wide.scenarios) == 12_001


def test_a_stretch_beyond_what_is_provable_is_cut_there_and_no_move_is_listed_twice() -> None:
    wide = stretched(BASE, 60_000)

    assert min(s.multiplier for s in wide.scenarios) == 1_700
    moves = [(s.multiplier, s.mode) for s in wide.scenarios]
    assert len(set(moves)) == len(moves)


@pytest.mark.parametrize("name", ["deribit_eth", "span16", "derive_grid"])
def test_every_shipped_grid_can_be_stretched(name: str) -> None:
    for rung in ladder(load_params(name), made_for=8_000):
        assert rung.params.blocks_in_use <= 3


@pytest.mark.parametrize("stretches", [[], [9_000, 12_000], [10_000, 10_000]])
def test_stretches_must_increase_from_one(stretches: list[int]) -> None:
    with pytest.raises(InputError, match="stretches"):
        ladder(BASE, 8_000, stretches)


def test_the_vol_that_a_set_is_made_for_is_positive() -> None:
    with pytest.raises(InputError, match="made_for"):
        ladder(BASE, 0)
