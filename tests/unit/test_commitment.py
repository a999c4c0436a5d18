# SPDX-License-Identifier: Apache-2.0
"""The commitment binds every number of a book; the blinding comes back from the view secret."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.integer_markets import MONTH, SECRET, YEAR, book

from zkmargin.book import EMPTY_SLOT, Slot
from zkmargin.commitment import (
    block_digest,
    commitment,
    derive_blinding,
    packed_balances,
    packed_identity,
    packed_slot,
)
from zkmargin.errors import BookError
from zkmargin.field import MODULUS, decode, encode
from zkmargin.poseidon import poseidon
from zkmargin.units import CASH_BOUND, ID_BOUND, PRICE_BOUND, SIZE_BOUND, TIME_BOUND

untimed = settings(deadline=None)
HELD = book(
    (MONTH, "110", "3", "-4"), (YEAR, "95", "-2", "1"), cash=7, base=5, perp=-4, perp_entry=-9
)
FIRST, SECOND = HELD.slots
CHANGES: dict[str, Any] = {
    "account": 2,
    "version": 2,
    "cash": -7,
    "base": 6,
    "perp": 4,
    "perp_entry": 9,
    "slots": (FIRST,),
    "blinding": SECRET + 1,
}
SIZES = st.integers(1 - SIZE_BOUND, SIZE_BOUND - 1)
SLOTS = st.builds(
    Slot, st.integers(1, TIME_BOUND - 1), st.integers(1, PRICE_BOUND - 1), SIZES, SIZES
)
VIEW_SECRET = bytes(range(32))


def test_the_table_of_changes_holds_every_field() -> None:
    assert set(CHANGES) == set(HELD.__dataclass_fields__)


@pytest.mark.parametrize(("name", "value"), CHANGES.items(), ids=CHANGES)
def test_the_commitment_changes_with_every_field(name: str, value: Any) -> None:
    assert commitment(replace(HELD, **{name: value})) != commitment(HELD)


@pytest.mark.parametrize("name", ["expiry", "strike", "call", "put"])
@pytest.mark.parametrize("place", range(2))
def test_the_commitment_changes_with_every_field_of_a_slot(place: int, name: str) -> None:
    slots = list(HELD.slots)
    slots[place] = replace(slots[place], **{name: getattr(slots[place], name) + 1})

    assert commitment(replace(HELD, slots=tuple(slots))) != commitment(HELD)


@pytest.mark.parametrize("name", ["call", "put"])
def test_the_commitment_changes_with_the_sign_of_a_size(name: str) -> None:
    turned = replace(FIRST, **{name: -getattr(FIRST, name)})

    assert commitment(replace(HELD, slots=(turned, SECOND))) != commitment(HELD)


def test_the_order_of_slots_matters() -> None:
    assert commitment(replace(HELD, slots=(SECOND, FIRST))) != commitment(HELD)


def test_the_place_of_a_slot_among_the_blocks_matters() -> None:
    """Four slots fill a block: the fifth starts the next one."""
    full = (FIRST,) * 4

    assert commitment(replace(HELD, slots=(*full, SECOND))) != commitment(
        replace(HELD, slots=(SECOND, *full))
    )


def test_the_same_slot_twice_is_not_the_slot_once() -> None:
    assert commitment(replace(HELD, slots=(FIRST, FIRST))) != commitment(
        replace(HELD, slots=(FIRST,))
    )


def test_the_commitment_is_one_hash_of_the_head_with_eight_blocks() -> None:
    """Written out as circuits/commitment.circom has it: three head elements, eight blocks."""
    identity = (HELD.cash + 2**63) + HELD.version * 2**64 + HELD.account * 2**128
    balances = HELD.base + (HELD.perp + 2**40) * 2**40 + (HELD.perp_entry + 2**63) * 2**81
    packed = [
        (s.put + s.call * 2**41 + s.strike * 2**82 + s.expiry * 2**130) % MODULUS
        for s in HELD.slots
    ]
    blocks = [poseidon([*packed, 0, 0], domain=2)] + [poseidon([0] * 4, domain=2)] * 7

    assert poseidon([identity, balances, SECRET, *blocks], domain=1) == commitment(HELD)


def test_an_unused_block_is_the_same_in_every_book() -> None:
    assert packed_slot(EMPTY_SLOT) == 0
    assert block_digest((EMPTY_SLOT,) * 4) == poseidon([0, 0, 0, 0], domain=2)


def test_a_slot_without_size_is_not_an_unused_slot() -> None:
    nothing = replace(FIRST, call=0, put=0)

    assert commitment(replace(HELD, slots=(FIRST, nothing))) != commitment(
        replace(HELD, slots=(FIRST,))
    )


@untimed
@given(SLOTS)
@example(Slot(1, 1, 1 - SIZE_BOUND, 1 - SIZE_BOUND))
@example(Slot(TIME_BOUND - 1, PRICE_BOUND - 1, SIZE_BOUND - 1, SIZE_BOUND - 1))
def test_a_packed_slot_gives_its_numbers_back(slot: Slot) -> None:
    """Lowest first, each size read as the nearest multiple: no two slots share an element."""
    rest = decode(encode(packed_slot(slot)))
    sizes = []
    for _ in range(2):
        sizes.append((rest + (1 << 40)) % (1 << 41) - (1 << 40))
        rest = (rest - sizes[-1]) >> 41
    put, call = sizes

    assert Slot(rest >> 48, rest % (1 << 48), call, put) == slot


@untimed
@given(
    st.integers(1 - CASH_BOUND, CASH_BOUND - 1),
    st.integers(0, ID_BOUND - 1),
    st.integers(0, ID_BOUND - 1),
)
@example(1 - CASH_BOUND, 0, 0)
@example(CASH_BOUND - 1, ID_BOUND - 1, ID_BOUND - 1)
def test_a_packed_identity_gives_its_numbers_back(cash: int, version: int, account: int) -> None:
    packed = packed_identity(book(cash=cash, version=version, account=account))

    assert packed % 2**64 - 2**63 == cash
    assert (packed >> 64) % 2**64 == version
    assert packed >> 128 == account


@untimed
@given(st.integers(0, SIZE_BOUND - 1), SIZES, st.integers(1 - CASH_BOUND, CASH_BOUND - 1))
@example(SIZE_BOUND - 1, SIZE_BOUND - 1, CASH_BOUND - 1)
@example(0, 1 - SIZE_BOUND, 1 - CASH_BOUND)
def test_packed_balances_give_their_numbers_back(base: int, perp: int, entry: int) -> None:
    packed = packed_balances(book(base=base, perp=perp, perp_entry=entry))

    assert packed % 2**40 == base
    assert (packed >> 40) % 2**41 - 2**40 == perp
    assert (packed >> 81) - 2**63 == entry


# RFC 5869, from SHA-256 alone: HMAC by its two pads, then extract, then expand.


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    padded = key.ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded) for pad in (0x36, 0x5C))
    return hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac_sha256(salt, secret)
    expanded = block = b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac_sha256(extracted, block + info + bytes([counter]))
        expanded += block
    return expanded[:length]


def test_hkdf_is_that_of_rfc_5869() -> None:
    """Appendix A.1, test case 1."""
    info = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")
    expected = (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )

    assert hkdf(bytes(range(13)), b"\x0b" * 22, info, 42).hex() == expected


@pytest.mark.parametrize(
    ("account", "version"), [(0, 0), (1, 2), (2, 1), (ID_BOUND - 1, ID_BOUND - 1)]
)
def test_a_blinding_is_31_bytes_of_hkdf_below_a_set_bit(account: int, version: int) -> None:
    info = b"zkmargin/blinding" + account.to_bytes(8, "big") + version.to_bytes(8, "big")
    stream = hkdf(b"zkmargin", VIEW_SECRET, info, 31)
    blinding = derive_blinding(VIEW_SECRET, account, version)

    assert blinding == int.from_bytes(stream, "big") | 1 << 248
    assert blinding.bit_length() == 249


def test_every_version_of_every_account_has_its_own_blinding() -> None:
    secrets = (VIEW_SECRET, VIEW_SECRET[::-1])
    drawn = {derive_blinding(s, a, v) for s in secrets for a in range(8) for v in range(8)}

    assert len(drawn) == 2 * 8 * 8


@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_short_view_secret_is_refused_without_being_shown(length: int) -> None:
    with pytest.raises(BookError, match=r"^view secret: got '\(hidden\)', must have at least 32"):
        derive_blinding(b"s" * length, 1, 1)
