# SPDX-License-Identifier: Apache-2.0
"""Snapshot documents: the same integers and the same hash, there and back."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_market import random_snapshot

from zkmargin.documents.params_document import dump_params, load_params
from zkmargin.documents.reading import parse_document
from zkmargin.documents.snapshot_document import dump_snapshot, load_snapshot, parse_snapshot
from zkmargin.documents.writing import document_text
from zkmargin.errors import ParamsError, SnapshotError
from zkmargin.option import Svi
from zkmargin.snapshot import Snapshot
from zkmargin.units import RATE_ONE, SECONDS_PER_YEAR

CLOCK = 1_740_000_000  # 2025-02-19T21:20:00Z
SVI = {"a": "0.01", "b": "0.1", "rho": "-0.25", "m": "0.02", "sigma": "0.2"}
SNAPSHOT: dict[str, Any] = {
    "feed": "1",
    "contract_size": "1",
    "epoch": "12",
    "timestamp": "2025-02-19T21:20:00Z",
    "index": "2681.603",
    "perp_mark": "2680",
    "cumulative_funding": "-1.5",
    "credit": "0.999",
    "debit": "1.001",
    "params": "derive_grid",
    "expiries": [
        {"expiry": "2025-02-14T08:00:00Z", "settlement": "2670.12"},
        {"expiry": "2025-03-28T08:00:00Z", "forward": "2695.78", "svi": SVI},
        {"expiry": "2025-04-25T08:00:00Z", "forward": "2710.4", "vol": "0.65"},
    ],
}


def parsed(document: Any) -> Snapshot:
    return parse_snapshot(parse_document(document_text(document), "market.json", SnapshotError))


def changed(**fields: Any) -> dict[str, Any]:
    return {**SNAPSHOT, **fields}


def expiry(**fields: Any) -> dict[str, Any]:
    """The snapshot with its SVI row changed; a field that is None is left out."""
    settled, live, flat = SNAPSHOT["expiries"]
    row = {name: value for name, value in {**live, **fields}.items() if value is not None}
    return changed(expiries=[settled, row, flat])


def test_prices_are_exact_and_rates_go_to_the_nearest_unit() -> None:
    header = parsed(SNAPSHOT).header

    assert (header.index, header.perp_mark) == (2_681_603_000, 2_680_000_000)
    assert header.cumulative_funding == -1_500_000
    assert header.timestamp == CLOCK
    assert header.credit == round(0.999 * RATE_ONE)
    assert header.debit == round(1.001 * RATE_ONE)


def test_a_flat_vol_is_an_svi_slice_without_a_smile() -> None:
    row = parsed(SNAPSHOT).rows[2]
    variance = 0.65**2 * (row.expiry - CLOCK) / SECONDS_PER_YEAR

    assert row.svi == Svi(row.svi.a, 0, 0, 0, 0)
    assert row.svi.a / 2**72 == pytest.approx(variance, rel=1e-15)


def test_svi_numbers_are_real_total_variance() -> None:
    svi = parsed(SNAPSHOT).rows[1].svi

    assert svi.a == round(Fraction("0.01") * 2**72)
    assert svi.b == round(Fraction("0.1") * 2**40)
    assert svi.b_rho == round(Fraction("-0.025") * 2**40)
    assert svi.m == round(Fraction("0.02") * 2**32)
    assert svi.sigma_sq / 2**64 == pytest.approx(0.04, rel=1e-15)


def test_a_settled_expiry_has_its_settlement_price_and_no_vol() -> None:
    row = parsed(SNAPSHOT).rows[0]

    assert row.settled
    assert row.forward == 2_670_120_000


def test_a_dumped_document_keeps_the_digits_that_were_given() -> None:
    rows = dump_snapshot(parsed(SNAPSHOT))["expiries"]  # type: ignore[call-overload, index]

    assert rows == SNAPSHOT["expiries"]


@pytest.mark.parametrize("seed", range(40))
def test_a_dumped_snapshot_reads_back_as_the_same_integers_and_hash(seed: int) -> None:
    rng = random.Random(seed)
    snapshot = random_snapshot(rng, rng.randrange(1, 4), rng.randrange(16))
    back = parsed(dump_snapshot(snapshot))

    assert back == snapshot
    assert back.hash == snapshot.hash


@given(st.integers(1, 10**8), st.integers(0, 10**7), st.integers(0, RATE_ONE))
def test_any_flat_vol_and_any_rate_survive_the_round_trip(vol: int, later: int, rate: int) -> None:
    row = {"expiry": CLOCK + 60 + later, "forward": "2695.78", "vol": f"{0.1 + vol * 1e-8:.12f}"}
    document = changed(expiries=[row], credit=f"{rate / RATE_ONE:.12f}")
    snapshot = parsed(document)

    assert parsed(dump_snapshot(snapshot)) == snapshot


@pytest.mark.parametrize("change", [{"epoch": "13"}, {"index": "2681.603001"}, {"credit": "1"}])
def test_a_hash_that_the_contents_do_not_give_is_refused(change: dict[str, Any]) -> None:
    document: dict[str, Any] = {**dump_snapshot(parsed(SNAPSHOT)), **change}  # type: ignore[dict-item]

    with pytest.raises(SnapshotError, match=r"market.json: hash: got '0x.*the contents give 0x"):
        parsed(document)


def test_inline_params_are_the_named_set() -> None:
    inline = changed(params=dump_params(load_params("derive_grid")))

    assert parsed(inline).hash == parsed(SNAPSHOT).hash


def test_params_in_a_file_are_found_beside_the_snapshot(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(document_text(dump_params(load_params("span16"))))
    (tmp_path / "market.json").write_text(document_text(changed(params="own.json")))

    assert load_snapshot(tmp_path / "market.json").params == load_params("span16")


REFUSED = [
    (changed(index="0.5"), "market.json: index: got '0.5', must be between 1 and 281474976.71065"),
    (changed(index="0.1234567"), "index: got '0.1234567', must be a multiple of 0.000001"),
    (changed(perp_mark="1000"), "market.json: perp_mark: got 1000000000, must be between"),
    (changed(credit="1.1"), "credit: got '1.1', must be between 0 and 1"),
    (changed(debit="0.9"), "debit: got '0.9', must be between 1 and 2"),
    (changed(feed="-1"), "feed: got '-1', must be between 0 and 18446744073709551615"),
    (changed(timestamp="now"), "timestamp: got 'now', must be unix seconds or UTC"),
    (changed(colour="red"), "colour: got 'colour', is not a field here"),
    (changed(hash="0xzz"), "market.json: hash: got '0xzz', must be"),
    (expiry(forward="1000"), "expiries[1].forward: got '1000', must be between 1340.8015 and"),
    (expiry(forward=None), "expiries[1]: got 'svi and no forward', needs a forward with svi"),
    (expiry(svi=None), "expiries[1]: got 'none of them', must have exactly one of svi, vol and"),
    (expiry(vol="0.6"), "expiries[1]: got 'svi and vol', must have exactly one of svi, vol and"),
    (expiry(svi=None, settlement="2700"), "expiries[1]: got 'settlement and a forward', needs"),
    (expiry(expiry="2025-02-19T21:20:00Z"), "must be after, and at most 4 years after, the time"),
    (expiry(expiry="2030-03-28T08:00:00Z"), "expiries[1].expiry: got '2030-03-28T08:00:00Z', m"),
    (expiry(expiry="2025-05-28T08:00:00Z"), "market.json: row 1745568000 expiry: got 1745568000"),
    (
        changed(expiries=[{"expiry": "2025-01-14T08:00:00Z", "settlement": "2670"}]),
        "must be at most 30 days before the timestamp 2025-02-19T21:20:00Z",
    ),
    (expiry(svi={**SVI, "rho": "-1.01"}), "svi.rho: got '-1.01', must be between -1 and 1"),
    (expiry(svi={**SVI, "b": "-0.1"}), "svi.b: got '-0.1', must be between 0 and 1000"),
    (expiry(svi={**SVI, "c": "1"}), "svi.c: got 'c', is not a field here: those are a, b, rho"),
    (expiry(svi={**SVI, "a": "-0.5"}), "row 1743148800 svi: got 'a lowest total vol of"),
    (expiry(svi=None, vol="0"), "row 1743148800 svi: got 'a lowest total vol of 0', must keep"),
]


@pytest.mark.parametrize(("document", "message"), REFUSED)
def test_a_refusal_names_file_field_value_and_bound(document: Any, message: str) -> None:
    with pytest.raises(SnapshotError) as refusal:
        parsed(document)

    assert message in str(refusal.value)
    assert str(refusal.value).count("market.json: ") == 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ("grid", "market.json: params: got 'grid', must be a .json file or one of deribit_btc"),
        ({"name": "x"}, "market.json: params.scenarios: got 'nothing', is required"),
    ],
)
def test_params_that_cannot_be_used_are_named_inside_the_snapshot(
    params: Any, message: str
) -> None:
    with pytest.raises(ParamsError) as refusal:
        parsed(changed(params=params))

    assert message in str(refusal.value)
    assert str(refusal.value).count("market.json: ") == 1


def test_more_than_fifteen_expiries_are_refused() -> None:
    rows = [{"expiry": CLOCK + 86_400 * i, "forward": "2700", "vol": "0.6"} for i in range(1, 17)]

    with pytest.raises(SnapshotError, match=r"market.json: rows: got 16, at most 15 expiries"):
        parsed(changed(expiries=rows))
