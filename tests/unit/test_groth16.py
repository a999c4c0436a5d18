# SPDX-License-Identifier: Apache-2.0
"""The reference checker against a key and a proof that snarkjs made."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from py_ecc import optimized_bn128 as bn128

from zkmargin.errors import ArtifactError
from zkmargin.field import MODULUS
from zkmargin.proving.bn254 import BASE_MODULUS, G1_GENERATOR, G2_GENERATOR, g2, is_in_g2, is_on_g1
from zkmargin.proving.groth16 import (
    Proof,
    VerifyingKey,
    load_proof,
    load_public_signals,
    load_verifying_key,
    verify,
)

VECTOR: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "groth16" / "bytes.json").read_text()
)
KEY = VerifyingKey.from_json(VECTOR["verification_key"])
PROOF = Proof.from_json(VECTOR["proof"])
SIGNALS = [int(text) for text in VECTOR["public_signals"]]

# On the twist, of an order that r does not divide evenly: found by taking x = 1.
OUTSIDE_SUBGROUP = (
    (1, 0),
    (
        18278151005453108793778860132295291098363647455926340152056652516292830556603,
        5912654199736721486680175016176231956195085055698687135131307249486702594212,
    ),
)


def negated(point: tuple[int, int]) -> tuple[int, int]:
    return point[0], BASE_MODULUS - point[1]


def edited(document: dict[str, Any], edit: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    edit(changed)
    return changed


def test_a_proof_by_snarkjs_is_valid() -> None:
    assert verify(KEY, PROOF, SIGNALS)


def test_a_proof_with_a_and_b_negated_is_valid_too() -> None:
    x, (y0, y1) = PROOF.b
    twin = replace(PROOF, a=negated(PROOF.a), b=(x, (BASE_MODULUS - y0, BASE_MODULUS - y1)))

    assert verify(KEY, twin, SIGNALS)


@pytest.mark.parametrize("index", range(3))
def test_a_proof_is_invalid_for_any_other_public_signal(index: int) -> None:
    signals = list(SIGNALS)
    signals[index] += 1

    assert not verify(KEY, PROOF, signals)


@pytest.mark.parametrize("index", range(3))
def test_a_public_signal_has_one_accepted_form(index: int) -> None:
    too_big, negative = list(SIGNALS), list(SIGNALS)
    too_big[index] += MODULUS
    negative[index] -= MODULUS

    assert not verify(KEY, PROOF, too_big)
    assert not verify(KEY, PROOF, negative)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_wrong_number_of_public_signals_is_refused(count: int) -> None:
    with pytest.raises(ArtifactError, match=f"{count} of them.*the key has 3 public signals"):
        verify(KEY, PROOF, [*SIGNALS, 0][:count])


@pytest.mark.parametrize(
    "proof",
    [
        replace(PROOF, a=negated(PROOF.a)),
        replace(PROOF, c=negated(PROOF.c)),
        replace(PROOF, a=PROOF.c, c=PROOF.a),
        replace(PROOF, b=G2_GENERATOR),
    ],
    ids=["a negated", "c negated", "a and c swapped", "b replaced"],
)
def test_other_points_of_the_curves_are_no_proof(proof: Proof) -> None:
    assert not verify(KEY, proof, SIGNALS)


@pytest.mark.parametrize(
    "proof",
    [
        replace(PROOF, a=(PROOF.a[0], PROOF.a[1] + BASE_MODULUS)),
        replace(PROOF, c=(PROOF.c[0] + BASE_MODULUS, PROOF.c[1])),
        replace(PROOF, b=((PROOF.b[0][0] + BASE_MODULUS, PROOF.b[0][1]), PROOF.b[1])),
        replace(PROOF, a=(PROOF.a[0], PROOF.a[1] - BASE_MODULUS)),
    ],
    ids=["a", "c", "b", "a negative"],
)
def test_a_coordinate_has_one_accepted_form(proof: Proof) -> None:
    assert not verify(KEY, proof, SIGNALS)


@pytest.mark.parametrize(
    "proof",
    [
        replace(PROOF, a=(PROOF.a[0], PROOF.a[1] ^ 1)),
        replace(PROOF, a=(0, 0)),
        replace(PROOF, b=(PROOF.b[1], PROOF.b[0])),
        replace(PROOF, b=((0, 0), (0, 0))),
        replace(PROOF, b=(PROOF.b[0][::-1], PROOF.b[1][::-1])),
    ],
    ids=["a off curve", "a zero", "b off curve", "b zero", "b with parts swapped"],
)
def test_points_off_their_curves_are_no_proof(proof: Proof) -> None:
    assert not verify(KEY, proof, SIGNALS)


def test_a_point_of_the_twist_may_lie_outside_the_subgroup() -> None:
    assert bn128.is_on_curve(g2(OUTSIDE_SUBGROUP), bn128.b2)
    assert not is_in_g2(OUTSIDE_SUBGROUP)
    assert not verify(KEY, replace(PROOF, b=OUTSIDE_SUBGROUP), SIGNALS)


def test_generators_lie_in_their_groups() -> None:
    assert is_on_g1(G1_GENERATOR)
    assert is_in_g2(G2_GENERATOR)


def test_key_and_proof_survive_the_round_trip_through_json() -> None:
    assert VerifyingKey.from_json(json.loads(json.dumps(KEY.to_json()))) == KEY
    assert Proof.from_json(json.loads(json.dumps(PROOF.to_json()))) == PROOF


def test_a_proof_without_protocol_and_curve_loads() -> None:
    bare = {name: VECTOR["proof"][name] for name in ("pi_a", "pi_b", "pi_c")}

    assert Proof.from_json(bare) == PROOF


def test_key_proof_and_signals_load_from_files(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("key.json", "proof.json", "public.json")]
    for path, part in zip(paths, ("verification_key", "proof", "public_signals"), strict=True):
        path.write_text(json.dumps(VECTOR[part]))

    loaded = load_verifying_key(paths[0]), load_proof(paths[1]), load_public_signals(paths[2])
    assert loaded == (KEY, PROOF, SIGNALS)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda d: d.pop("pi_b"), "pi_b"),
        (lambda d: d["pi_a"].pop(), "pi_a"),
        (lambda d: d["pi_a"].__setitem__(2, "0"), "pi_a"),
        (lambda d: d["pi_a"].__setitem__(0, 5), "pi_a.x"),
        (lambda d: d["pi_a"].__setitem__(0, "0x5"), "pi_a.x"),
        (lambda d: d["pi_a"].__setitem__(0, "05"), "pi_a.x"),
        (lambda d: d["pi_a"].__setitem__(0, "-5"), "pi_a.x"),
        (lambda d: d["pi_a"].__setitem__(0, "5\n"), "pi_a.x"),
        (lambda d: d["pi_a"].__setitem__(0, "\u0665"), "pi_a.x"),
        (lambda d: d["pi_c"].__setitem__(1, "1" * 5000), "pi_c.y"),
        (lambda d: d["pi_b"].__setitem__(1, "7"), "pi_b.y"),
        (lambda d: d["pi_b"][0].append("1"), "pi_b.x"),
        (lambda d: d["pi_b"].__setitem__(2, ["0", "0"]), "pi_b"),
        (lambda d: d.__setitem__("protocol", "plonk"), "proof protocol"),
        (lambda d: d.__setitem__("curve", "bls12381"), "proof curve"),
    ],
)
def test_a_malformed_proof_is_refused_by_field(
    edit: Callable[[dict[str, Any]], object], field: str
) -> None:
    with pytest.raises(ArtifactError) as caught:
        Proof.from_json(edited(VECTOR["proof"], edit))

    assert caught.value.field == field


# py_ecc raises Python's recursion limit so far that deep nesting overflows the parser's stack.
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"1" * 5000,
        b'"' + b"]" * 100_000 + b'"' + b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_json_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "proof.json"
    path.write_bytes(content)

    with pytest.raises(ArtifactError, match=r"proof\.json"):
        load_proof(path)


@pytest.mark.parametrize("document", [None, [], "proof", 7])
def test_a_proof_must_be_an_object(document: object) -> None:
    with pytest.raises(ArtifactError, match="must be a JSON object"):
        Proof.from_json(document)


@pytest.mark.parametrize("document", [{}, [1], ["1.0"], [None]])
def test_public_signals_must_be_decimal_strings(tmp_path: Path, document: object) -> None:
    path = tmp_path / "public.json"
    path.write_text(json.dumps(document))

    with pytest.raises(ArtifactError, match="decimal string"):
        load_public_signals(path)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alpha1": G1_GENERATOR}, "vk_alpha_1"),
        ({"alpha1": (0, 0)}, "vk_alpha_1"),
        ({"alpha1": (KEY.alpha1[0], KEY.alpha1[1] + BASE_MODULUS)}, "vk_alpha_1"),
        ({"beta2": G2_GENERATOR}, "vk_beta_2"),
        ({"beta2": OUTSIDE_SUBGROUP}, "vk_beta_2"),
        ({"gamma2": OUTSIDE_SUBGROUP}, "vk_gamma_2"),
        ({"gamma2": ((0, 0), (0, 0))}, "vk_gamma_2"),
        ({"delta2": OUTSIDE_SUBGROUP}, "vk_delta_2"),
        ({"delta2": G2_GENERATOR}, "vk_delta_2"),
        ({"gamma2": KEY.delta2}, "vk_delta_2"),
        ({"ic": (*KEY.ic[:3], (0, 0))}, "IC[3]"),
        ({"ic": (*KEY.ic[:1], (1, 1), *KEY.ic[2:])}, "IC[1]"),
        ({"ic": KEY.ic[:1]}, "IC"),
    ],
)
def test_a_key_that_cannot_be_trusted_is_refused_by_field(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ArtifactError) as caught:
        replace(KEY, **change)

    assert caught.value.field == field


def test_the_generator_as_gamma_is_what_every_key_of_snarkjs_has() -> None:
    assert KEY.gamma2 == G2_GENERATOR


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda d: d.__setitem__("nPublic", 2), "nPublic"),
        (lambda d: d.pop("nPublic"), "nPublic"),
        (lambda d: d["IC"].append(d["IC"][0]), "nPublic"),
        (lambda d: d.__setitem__("IC", "none"), "IC"),
        (lambda d: d["IC"][1].__setitem__(2, "0"), "IC[1]"),
        (lambda d: d.pop("vk_delta_2"), "vk_delta_2"),
        (lambda d: d.__setitem__("protocol", "fflonk"), "verifying key protocol"),
    ],
)
def test_a_malformed_key_is_refused_by_field(
    edit: Callable[[dict[str, Any]], object], field: str
) -> None:
    with pytest.raises(ArtifactError) as caught:
        VerifyingKey.from_json(edited(VECTOR["verification_key"], edit))

    assert caught.value.field == field
