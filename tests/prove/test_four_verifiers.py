# SPDX-License-Identifier: Apache-2.0
"""Four verifiers, one verdict: the table of docs/verification.md, line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from prove import raw_verifiers
from prove.claims import CLAIMS
from prove.raw_verifiers import INVALID, VALID, Claim

from zkmargin.errors import ArtifactError
from zkmargin.proving import groth16
from zkmargin.proving.batch import verify_batch
from zkmargin.proving.evm_verifier import verify_evm
from zkmargin.proving.native_backend import verify_native
from zkmargin.proving.snarkjs_backend import verify_snarkjs

pytestmark = pytest.mark.prove

PAGE = Path(__file__).parents[2] / "docs" / "verification.md"
HEAD = "| input | verdict | py_ecc | groth16py | snarkjs | EVM | why |"
REFUSED = "refused"


def documented() -> dict[str, list[str]]:
    """Input -> verdict, then what the libraries say, as the page has them."""
    lines = iter(PAGE.read_text().splitlines())
    for line in lines:
        if line == HEAD:
            next(lines)
            break
    rows: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("|"):
            break
        name, *verdicts, _ = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name] = verdicts
    return rows


TABLE = documented()


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {name: make() for name, make in CLAIMS.items()}


@pytest.fixture(scope="module")
def snarkjs_says(claims: dict[str, Claim]) -> dict[str, str]:
    return dict(zip(claims, raw_verifiers.snarkjs(list(claims.values())), strict=True))


def verdict(verifier: Callable[..., bool], claim: Claim) -> str:
    try:
        return VALID if verifier(*claim) else INVALID
    except ArtifactError:
        return REFUSED


def in_a_batch(*claim: object) -> bool:
    key, *item = claim
    return verify_batch(key, [tuple(item)], library="revm").valid  # type: ignore[arg-type]


def test_the_page_lists_every_input_in_the_order_of_the_tests() -> None:
    assert list(TABLE) == list(CLAIMS)


@pytest.mark.parametrize("name", CLAIMS)
def test_four_verifiers_and_a_batch_give_the_verdict_of_the_page(
    claims: dict[str, Claim], name: str
) -> None:
    verifiers = (groth16.verify, verify_native, verify_snarkjs, verify_evm, in_a_batch)

    assert [verdict(verifier, claims[name]) for verifier in verifiers] == [TABLE[name][0]] * 5


@pytest.mark.parametrize("name", CLAIMS)
def test_the_libraries_themselves_say_what_the_page_says(
    claims: dict[str, Claim], snarkjs_says: dict[str, str], name: str
) -> None:
    claim = [claims[name]]
    (py_ecc,), (native,), (evm,) = (
        raw(claim)
        for raw in (raw_verifiers.py_ecc, raw_verifiers.groth16py_itself, raw_verifiers.evm)
    )

    assert [py_ecc, native, snarkjs_says[name], evm] == TABLE[name][1:]
