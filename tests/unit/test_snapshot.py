# SPDX-License-Identifier: Apache-2.0
"""The snapshot hash binds every number of the market, in its place."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from unit.integer_markets import EXPIRED, HEADER, MONTH, PARAMS, YEAR, live, market, snapshot

from zkmargin.errors import InputError, ParamsError, SnapshotError
from zkmargin.field import MODULUS
from zkmargin.option import Svi, log_moneyness, total_variance, total_vols
from zkmargin.params import ln_of_ratio
from zkmargin.poseidon import poseidon
from zkmargin.presets import ROWS
from zkmargin.snapshot import UNLISTED, Header, Row, Snapshot
from zkmargin.units import LOG_BITS, QUOTE, RATE_ONE

MARKET = market()
LIVE = MARKET.rows[1]
HEADER_CHANGES = {
    "feed": 8,
    "contract_size": 10**6 + 1,
    "epoch": 4,
    "timestamp": HEADER.timestamp + 1,
    "index": HEADER.index + 1,
    "perp_mark": HEADER.perp_mark + 1,
    "cumulative_funding": -1,
    "credit": RATE_ONE - 1,
    "debit": RATE_ONE + 1,
}
ROW_CHANGES = {
    **{name: getattr(LIVE, name) + 1 for name in LIVE.__dataclass_fields__ if name != "svi"},
    **{
        f"svi.{name}": replace(LIVE.svi, **{name: getattr(LIVE.svi, name) - 1})
        for name in Svi.__dataclass_fields__
    },
    "settled": True,
}


def row_changed(name: str, value: Any) -> Row:
    return replace(LIVE, **{name.partition(".")[0]: value})


def test_the_tables_of_changes_hold_every_field() -> None:
    svi = {f"svi.{name}" for name in Svi.__dataclass_fields__}

    assert set(HEADER_CHANGES) == {field.name for field in fields(Header)}
    assert set(ROW_CHANGES) == {field.name for field in fields(Row)} - {"svi"} | svi


@pytest.mark.parametrize(("name", "value"), HEADER_CHANGES.items(), ids=HEADER_CHANGES)
def test_the_hash_changes_with_every_field_of_the_header(name: str, value: int) -> None:
    assert market(**{name: value}).hash != MARKET.hash


@pytest.mark.parametrize(("name", "value"), ROW_CHANGES.items(), ids=ROW_CHANGES)
def test_the_hash_changes_with_every_field_of_a_row(name: str, value: Any) -> None:
    row = row_changed(name, value)
    others = (MARKET.rows[0], MARKET.rows[2])

    assert row.digest != LIVE.digest
    assert replace(MARKET, rows=(others[0], row, others[1])).hash != MARKET.hash


def test_the_hash_changes_with_the_params() -> None:
    assert replace(MARKET, params=replace(PARAMS, naked_pct=101)).hash != MARKET.hash


def test_the_hash_changes_with_the_order_of_rows() -> None:
    assert replace(MARKET, rows=MARKET.rows[::-1]).hash != MARKET.hash


def test_the_hash_changes_when_a_row_is_added() -> None:
    assert replace(MARKET, rows=MARKET.rows[:2]).hash != MARKET.hash


@pytest.mark.parametrize("name", ["timestamp", "epoch", "index", "perp_mark"])
def test_what_the_contract_checks_stays_out_of_the_rest(name: str) -> None:
    """The contract hashes these itself; the rest is what the signers vouch for."""
    assert market(**{name: HEADER_CHANGES[name]}).rest == replace(MARKET).rest


def test_params_stay_out_of_the_rest() -> None:
    assert replace(MARKET, params=replace(PARAMS, naked_pct=101)).rest == MARKET.rest


@pytest.mark.parametrize("name", ["feed", "contract_size", "cumulative_funding", "credit", "debit"])
def test_what_only_the_margin_uses_is_in_the_rest(name: str) -> None:
    assert market(**{name: HEADER_CHANGES[name]}).rest != MARKET.rest


def test_the_contract_can_compute_the_hash_from_five_numbers() -> None:
    head = MARKET.header
    clock = head.timestamp + (head.epoch << 64)
    five = [MARKET.rest, PARAMS.digest, clock, head.index, head.perp_mark]

    assert poseidon(five) == MARKET.hash


def test_fifteen_rows_are_hashed_however_few_are_listed() -> None:
    digests = [row.digest for row in MARKET.rows] + [UNLISTED.digest] * (ROWS - 3)

    assert poseidon([MARKET.header.digest, *digests], domain=4) == MARKET.rest
    assert MARKET.listed == MARKET.rows + (UNLISTED,) * (ROWS - 3)


def test_a_row_hashes_ten_elements_in_circuit_order() -> None:
    svi = LIVE.svi
    packed = int(LIVE.settled) + (LIVE.basis_factor << 1) + (LIVE.vol_down << 17)
    packed += (LIVE.vol_up << 35) + (10_000 << 53) + (10_000 << 67) + (LIVE.expiry << 81)
    elements = [packed, LIVE.forward, LIVE.ln_forward, svi.a, svi.b, svi.b_rho, svi.m, svi.sigma_sq]
    elements += [LIVE.root_time, LIVE.vol_floor]

    assert poseidon([x % MODULUS for x in elements], domain=3) == LIVE.digest


def test_a_header_hashes_the_four_numbers_that_only_the_margin_uses() -> None:
    head = replace(HEADER, cumulative_funding=-5, credit=3, debit=4)
    identity = head.feed + (head.contract_size << 64)

    assert poseidon([identity, MODULUS - 5, 3, 4], domain=5) == head.digest


def test_negative_numbers_differ_from_positive_ones() -> None:
    assert market(cumulative_funding=5).hash != market(cumulative_funding=-5).hash


def test_ln_of_the_unlisted_forward_is_right() -> None:
    assert ln_of_ratio(UNLISTED.forward, 1, LOG_BITS) == UNLISTED.ln_forward


def test_an_unlisted_row_can_be_priced_at_the_money() -> None:
    """Its total vol is 1, so that an unused slot of a circuit always has a witness."""
    k = log_moneyness(UNLISTED.forward, UNLISTED.ln_forward)
    variance = total_variance(UNLISTED.svi, k)
    vols = total_vols(variance, UNLISTED.vol_up, UNLISTED.vol_down, UNLISTED.vol_floor)

    assert abs(k) <= 2
    assert (vols.none, vols.up, vols.down) == (1 << 24,) * 3
    assert UNLISTED.forward == QUOTE


def test_an_unlisted_row_has_no_expiry() -> None:
    with pytest.raises(SnapshotError, match="expiry: got 0, is not listed"):
        MARKET.index_of(UNLISTED.expiry)


@pytest.mark.parametrize(("expiry", "place"), [(EXPIRED, 0), (MONTH, 1), (YEAR, 2)])
def test_an_expiry_is_found_at_its_place(expiry: int, place: int) -> None:
    assert MARKET.index_of(expiry) == place


def test_an_expiry_that_is_not_listed_is_refused() -> None:
    listed = f"{EXPIRED}, {MONTH}, {YEAR}"
    rule = rf"^expiry: got {MONTH + 1}, is not listed in the snapshot \(listed: {listed}\)$"
    with pytest.raises(SnapshotError, match=rule):
        MARKET.index_of(MONTH + 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("settled", 2),
        ("basis_factor", 1 << 16),
        ("vol_down", 1 << 18),
        ("vol_up", -1),
        ("expiry", 1 << 40),
    ],
)
def test_a_short_field_that_does_not_fit_its_bits_has_no_hash(name: str, value: int) -> None:
    with pytest.raises(ParamsError, match=rf"packed field: got {value}, must be in"):
        _ = replace(LIVE, **{name: value}).digest


def test_sixteen_rows_have_no_hash() -> None:
    crowded = snapshot(*(live(MONTH + i, "100", "0.6") for i in range(ROWS + 1)))
    with pytest.raises(InputError, match="Poseidon inputs: got 17, must count 1 to 16"):
        _ = crowded.hash


def test_equal_snapshots_have_equal_hashes() -> None:
    again = Snapshot(HEADER, PARAMS, tuple(replace(row) for row in MARKET.rows))

    assert again == MARKET
    assert again.hash == MARKET.hash
