# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from zkmargin.errors import InputError
from zkmargin.simulation.market_path import JumpDiffusion, MarketPath, jump_diffusion, recorded


def path(seed: int = 1, **changes: float) -> MarketPath:
    return jump_diffusion(JumpDiffusion(**changes), spot=2_700.0, seconds=60, steps=600, seed=seed)


def test_the_same_seed_gives_the_same_path() -> None:
    assert np.array_equal(path(3).spot, path(3).spot)
    assert not np.array_equal(path(3).spot, path(4).spot)


def test_a_crash_moves_spot_by_its_size_and_raises_vol() -> None:
    calm, crash = path(), path(crash=-0.4)

    fallen = math.log(crash.spot[-1] / crash.spot[0]) - math.log(calm.spot[-1] / calm.spot[0])
    assert fallen == pytest.approx(-0.4, abs=0.15)
    assert crash.vol[-1] > 1.5 * calm.vol[-1]


def test_without_jumps_and_vol_of_vol_realised_vol_is_the_models() -> None:
    quiet = jump_diffusion(
        JumpDiffusion(vol=0.8, vol_of_vol=0.0, jumps=0.0),
        spot=100.0, seconds=60, steps=20_000, seed=1,
    )  # fmt: skip

    realised = np.std(np.diff(np.log(quiet.spot))) * math.sqrt(365 * 86_400 / 60)
    assert realised == pytest.approx(0.8, rel=0.03)


def test_recorded_prices_are_read(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("time,spot,vol\n0,100,0.5\n60,101,0.6\n120,99,0.7\n")

    read = recorded(file)

    assert read.seconds == 60
    assert read.spot.tolist() == [100, 101, 99]
    assert read.vol.tolist() == [0.5, 0.6, 0.7]


def test_recorded_prices_without_vol_take_that_of_their_own_moves(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("time,spot\n" + "".join(f"{60 * i},{100 + (i % 2)}\n" for i in range(100)))

    vol = recorded(file).vol

    assert vol[0] == 0.65
    assert vol[-1] > 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,spot\n0,100\n", "at least two rows"),
        ("time,spot\n0,100\n60,-3\n", "row 3 spot.*above 0"),
        ("time,spot\n0,100\n60,nan\n", "row 3 spot.*above 0"),
        ("time,spot\n1,100\n61,100\n100,100\n", "row 4 time.*60"),
        ("time,price\n1,100\n61,100\n", "row 2 spot"),
    ],
)
def test_bad_prices_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(text)

    with pytest.raises(InputError, match=message):
        recorded(file)
