# SPDX-License-Identifier: Apache-2.0
"""Batches of proofs: the bad ones are found and no other, the weights are those of a contract."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pyrevm
import pytest
from open_key import OpenKey, in_g1
from prove.claims import CLAIMS, KEY, PROOF, SIGNALS

from zkmargin.errors import ArtifactError, InputError
from zkmargin.field import MODULUS
from zkmargin.proving import groth16
from zkmargin.proving.batch import Item, batch_weights, key_hash, verify_batch, weight_from
from zkmargin.proving.evm_precompiles import EvmPrecompiles
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.precompiles import negated

pytestmark = pytest.mark.prove

OPEN = OpenKey.drawn(random.Random(5), 2)
COUNT = 9


@pytest.fixture(scope="module")
def key() -> VerifyingKey:
    return OPEN.key()


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return list(OPEN.proofs(random.Random(6), COUNT))


def spoiled(items: Sequence[Item], bad: Sequence[int]) -> list[Item]:
    """The items with other signals at some places."""
    return [
        (proof, [signals[0] ^ 1, signals[1]] if i in bad else signals)
        for i, (proof, signals) in enumerate(items)
    ]


@pytest.mark.parametrize("count", [1, 2, COUNT])
def test_a_batch_of_valid_proofs_takes_three_pairings_more_than_it_has_proofs(
    key: VerifyingKey, items: list[Item], count: int
) -> None:
    result = verify_batch(key, items[:count], library="revm")

    assert result.valid
    assert (result.bad, result.pairings, result.library) == ((), count + 3, "revm")


@pytest.mark.parametrize(
    "bad", [(0,), (4,), (8,), (0, 8), (3, 4), (1, 3, 5, 7), (0, 1, 2, 3), tuple(range(COUNT))]
)
def test_every_bad_proof_is_found_and_no_other(
    key: VerifyingKey, items: list[Item], bad: tuple[int, ...]
) -> None:
    result = verify_batch(key, spoiled(items, bad), library="revm")

    assert result.bad == bad
    assert not result.valid


@pytest.mark.parametrize("bad", range(COUNT))
def test_one_bad_proof_costs_at_most_three_batches(
    key: VerifyingKey, items: list[Item], bad: int
) -> None:
    halvings = (COUNT - 1).bit_length()
    result = verify_batch(key, spoiled(items, [bad]), library="revm")

    assert result.pairings <= 3 * COUNT + 3 * (2 * halvings + 1)


def test_py_ecc_finds_the_same(key: VerifyingKey, items: list[Item]) -> None:
    batch = spoiled(items[:3], [1])
    batch[2] = (replace(batch[2][0], b=CLAIMS["B outside G2"]()[1].b), batch[2][1])

    assert verify_batch(key, batch, library="py_ecc").bad == (1, 2)
    assert verify_batch(key, batch, library="revm").bad == (1, 2)


def test_a_batch_of_every_kind_of_input_blames_those_that_fail_alone() -> None:
    made = [claim() for claim in CLAIMS.values()]
    items: list[Item] = [
        (proof, signals) for key, proof, signals in made if key == KEY and len(signals) == 3
    ]
    alone = [i for i, item in enumerate(items) if not groth16.verify(KEY, *item)]

    assert 3 < len(alone) < len(items) - 3
    assert list(verify_batch(KEY, items, library="revm").bad) == alone


def test_wrong_proofs_that_cancel_without_weights_are_found(
    key: VerifyingKey, items: list[Item]
) -> None:
    (first, signals), (second, others) = items[:2]
    evm, shift = EvmPrecompiles(), in_g1(77)
    pair: list[Item] = [
        (replace(first, c=evm.ec_add(first.c, shift)), signals),
        (replace(second, c=evm.ec_add(second.c, negated(shift))), others),
    ]

    assert unweighted_product_is_one(key, pair)
    assert verify_batch(key, pair, library="revm").bad == (0, 1)


def unweighted_product_is_one(key: VerifyingKey, items: Sequence[Item]) -> bool:
    """The product of all equations: a batch whose weights are all 1."""
    evm, pairs = EvmPrecompiles(), []
    for proof, signals in items:
        combined = key.ic[0]
        for signal, point in zip(signals, key.ic[1:], strict=True):
            combined = evm.ec_add(combined, evm.ec_mul(point, signal))
        pairs += [(negated(proof.a), proof.b), (key.alpha1, key.beta2)]
        pairs += [(combined, key.gamma2), (proof.c, key.delta2)]
    return evm.ec_pairing(pairs)


def test_the_same_proof_twice_is_valid_twice(key: VerifyingKey, items: list[Item]) -> None:
    assert verify_batch(key, [items[0], items[0]], library="revm").valid


def test_an_evm_computes_the_same_weights(key: VerifyingKey, items: list[Item]) -> None:
    (p, (s0, s1)), (q, (t0, t1)) = items[:2]
    points = [key.alpha1, *map(swapped, (key.beta2, key.gamma2, key.delta2)), *key.ic]
    digest = evm_keccak(flat(points))
    proofs = flat([p.a, swapped(p.b), p.c, q.a, swapped(q.b), q.c])
    seed = evm_keccak(digest + flat([9, 2, s0, s1, t0, t1]) + proofs)
    expected = [int.from_bytes(evm_keccak(seed + flat([i]))[16:], "big") for i in range(2)]

    assert key_hash(key) == digest
    assert batch_weights(key, items[:2], domain=9) == expected


def swapped(point: tuple[tuple[int, int], tuple[int, int]]) -> list[int]:
    (x0, x1), (y0, y1) = point
    return [x1, x0, y1, y0]


def flat(numbers: Sequence[object]) -> bytes:
    """Integers, and lists of them, as 32-byte words."""
    if isinstance(numbers, int):
        return numbers.to_bytes(32, "big")
    return b"".join(map(flat, numbers))  # type: ignore[arg-type]


def evm_keccak(data: bytes) -> bytes:
    """Keccak by the EVM's own instruction: copy the call data, hash it, return the hash."""
    evm, caller = pyrevm.EVM(), f"0x{1:040x}"
    program = bytes.fromhex("365f5f37365f205f5260205ff3")
    copier = bytes.fromhex(f"60{len(program):02x}8060095f395ff3")  # returns what follows it
    return evm.message_call(caller, evm.deploy(caller, copier + program), calldata=data)


@pytest.mark.parametrize(
    "change",
    [
        lambda key, items: (key, items, 1),
        lambda key, items: (replace(key, ic=(key.ic[1], key.ic[0], key.ic[2])), items, 0),
        lambda key, items: (key, items[:1], 0),
        lambda key, items: (key, items[::-1], 0),
        lambda key, items: (key, [(items[0][0], items[1][1]), (items[1][0], items[0][1])], 0),
        lambda key, items: (key, [(with_c(items[0][0]), items[0][1]), items[1]], 0),
    ],
    ids=["domain", "key", "count", "order", "signals", "a point of another proof"],
)
def test_every_weight_depends_on_everything(
    key: VerifyingKey, items: list[Item], change: object
) -> None:
    before = batch_weights(key, items[:2])
    after = batch_weights(*change(key, items[:2]))  # type: ignore[operator]

    assert not set(before) & set(after)


def with_c(proof: Proof) -> Proof:
    return replace(proof, c=proof.a)


def test_a_weight_of_zero_is_drawn_again() -> None:
    again = 0x4BA6BC95484008F6362F93160EF3E563  # the low half of keccak of 32 zero bytes

    assert weight_from(bytes(32)) == again
    assert weight_from(bytes(31) + b"\x01") == 1
    assert weight_from(b"\xff" * 16 + bytes(16)) not in (0, again)


def test_an_empty_batch_is_refused(key: VerifyingKey) -> None:
    with pytest.raises(InputError, match="items: got 'none', must be at least one"):
        verify_batch(key, [])


@pytest.mark.parametrize("domain", [-1, 1 << 256])
def test_a_domain_that_is_no_word_is_refused(
    key: VerifyingKey, items: list[Item], domain: int
) -> None:
    with pytest.raises(InputError, match="domain: got"):
        verify_batch(key, items, domain=domain)


@pytest.mark.parametrize("signals", [(), SIGNALS[:2], (*SIGNALS, 0)])
def test_a_wrong_number_of_signals_is_refused_by_its_place(signals: tuple[int, ...]) -> None:
    with pytest.raises(ArtifactError, match=r"public signals of item 1: .* has 3 public signals"):
        verify_batch(KEY, [(PROOF, SIGNALS), (PROOF, signals)])


def test_a_batch_of_nothing_but_refused_points_is_bad_without_a_pairing() -> None:
    items: list[Item] = [(replace(PROOF, a=(0, 0)), SIGNALS), (PROOF, (MODULUS, 0, 0))]
    result = verify_batch(KEY, items)

    assert (result.bad, result.pairings) == ((0, 1), 0)
