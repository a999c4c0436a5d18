# SPDX-License-Identifier: Apache-2.0
"""Groth16 verification over BN254, written to be read: every faster check must agree with it.

A proof (A, B, C) of the public signals s_1 .. s_n is valid under a verifying key when

    e(A, B) = e(alpha1, beta2) * e(IC_0 + s_1 IC_1 + .. + s_n IC_n, gamma2) * e(C, delta2)

Nothing is reduced on the way in. Signals must lie in [0, r), or s and s + r would pass as two
statements with one proof; coordinates must lie in [0, q). Points must lie on their curves, and
those of G2 in the subgroup of order r, which the twist's equation alone does not give (`bn254`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py_ecc import optimized_bn128 as bn128

from zkmargin.errors import ArtifactError
from zkmargin.field import MODULUS
from zkmargin.files import read_json
from zkmargin.proving.bn254 import (
    BASE_MODULUS,
    G1_GENERATOR,
    G2_GENERATOR,
    G1Point,
    G2Point,
    g1,
    g2,
    is_in_g2,
    is_on_g1,
    pairing_product_is_one,
)
from zkmargin.proving.snarkjs_json import (
    check_system,
    decimals,
    entry,
    g1_from_json,
    g1_to_json,
    g2_from_json,
    g2_to_json,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Three points that claim to be a proof; `verify` says whether they are.

    A proof identifies nothing: (-A, -B, C) and countless others are valid for the same statement.
    """

    a: G1Point
    b: G2Point
    c: G1Point

    @classmethod
    def from_json(cls, document: Any) -> Proof:
        """Reads snarkjs' proof.json, in which `protocol` and `curve` may be missing.

        raises   ArtifactError if the layout is another one
        """
        points = check_system(document, "proof")
        return cls(
            g1_from_json("pi_a", entry(points, "pi_a")),
            g2_from_json("pi_b", entry(points, "pi_b")),
            g1_from_json("pi_c", entry(points, "pi_c")),
        )

    def to_json(self) -> dict[str, Any]:
        """The contents of snarkjs' proof.json."""
        return {
            "pi_a": g1_to_json(self.a),
            "pi_b": g2_to_json(self.b),
            "pi_c": g1_to_json(self.c),
            "protocol": "groth16",
            "curve": "bn128",
        }

    def is_well_placed(self) -> bool:
        """A and C on G1, B in G2, none of them infinity."""
        return is_on_g1(self.a) and is_on_g1(self.c) and is_in_g2(self.b)


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """What a verifier knows of a circuit. One that exists has passed every check below.

    ic       shape [public signals + 1]
    raises   ArtifactError if a point is off its curve, outside the subgroup or at infinity; if
             alpha1, beta2 or delta2 is the generator, or delta2 is gamma2: nobody contributed to
             such a key, and with delta2 = gamma2, A = alpha1, B = beta2, C = -IC(s) proves any s
    """

    alpha1: G1Point
    beta2: G2Point
    gamma2: G2Point  # the generator, in every key that snarkjs makes
    delta2: G2Point
    ic: tuple[G1Point, ...]

    def __post_init__(self) -> None:
        for field, point in (("vk_alpha_1", self.alpha1), *self._named_ic()):
            _require(is_on_g1(point), field, point, "must be in G1 and not infinity")
        g2_points = {"vk_beta_2": self.beta2, "vk_gamma_2": self.gamma2, "vk_delta_2": self.delta2}
        for field, g2_point in g2_points.items():
            _require(is_in_g2(g2_point), field, g2_point, "must be in G2 and not infinity")
        _require(len(self.ic) > 1, "IC", f"{len(self.ic)} points", "must be one more than signals")
        self._require_contributions()

    def _require_contributions(self) -> None:
        drawn = self.alpha1 != G1_GENERATOR
        _require(drawn, "vk_alpha_1", self.alpha1, "must not be the generator")
        for field, point in (("vk_beta_2", self.beta2), ("vk_delta_2", self.delta2)):
            _require(point != G2_GENERATOR, field, point, "must not be the generator")
        contributed = self.delta2 != self.gamma2
        _require(contributed, "vk_delta_2", self.delta2, "must not be vk_gamma_2")

    def _named_ic(self) -> list[tuple[str, G1Point]]:
        return [(f"IC[{i}]", point) for i, point in enumerate(self.ic)]

    @property
    def public_signals(self) -> int:
        """Number of public signals."""
        return len(self.ic) - 1

    @classmethod
    def from_json(cls, document: Any) -> VerifyingKey:
        """Reads snarkjs' verification_key.json; its vk_alphabeta_12 is derived and not used.

        raises   ArtifactError if the layout is another one or the key cannot be trusted
        """
        points = check_system(document, "verifying key")
        ic = entry(points, "IC")
        if not isinstance(ic, list):
            raise ArtifactError("IC", ic, "must be a list of points")
        if entry(points, "nPublic") != len(ic) - 1:
            raise ArtifactError(
                "nPublic", points["nPublic"], f"must be {len(ic) - 1}, as IC has it"
            )
        return cls(
            g1_from_json("vk_alpha_1", entry(points, "vk_alpha_1")),
            g2_from_json("vk_beta_2", entry(points, "vk_beta_2")),
            g2_from_json("vk_gamma_2", entry(points, "vk_gamma_2")),
            g2_from_json("vk_delta_2", entry(points, "vk_delta_2")),
            tuple(g1_from_json(f"IC[{i}]", point) for i, point in enumerate(ic)),
        )

    def to_json(self) -> dict[str, Any]:
        """The contents of snarkjs' verification_key.json, without the derived vk_alphabeta_12."""
        return {
            "protocol": "groth16",
            "curve": "bn128",
            "nPublic": self.public_signals,
            "vk_alpha_1": g1_to_json(self.alpha1),
            "vk_beta_2": g2_to_json(self.beta2),
            "vk_gamma_2": g2_to_json(self.gamma2),
            "vk_delta_2": g2_to_json(self.delta2),
            "IC": [g1_to_json(point) for point in self.ic],
        }


def verify(key: VerifyingKey, proof: Proof, public_signals: Sequence[int]) -> bool:
    """True if the proof is valid for these public signals.

    public_signals   shape [key.public_signals]
    raises           ArtifactError if their number is not the key's
    """
    if not (is_canonical(key, proof, public_signals) and proof.is_well_placed()):
        return False
    combined = g1(key.ic[0])
    for signal, point in zip(public_signals, key.ic[1:], strict=True):
        combined = bn128.add(combined, bn128.multiply(g1(point), signal))
    return pairing_product_is_one(
        [
            (bn128.neg(g1(proof.a)), g2(proof.b)),
            (g1(key.alpha1), g2(key.beta2)),
            (combined, g2(key.gamma2)),
            (g1(proof.c), g2(key.delta2)),
        ]
    )


def is_canonical(key: VerifyingKey, proof: Proof, public_signals: Sequence[int]) -> bool:
    """Every signal in [0, r) and every coordinate in [0, q): the form that no other number shares.

    raises   ArtifactError if the number of signals is not the key's
    """
    if len(public_signals) != key.public_signals:
        rule = f"the key has {key.public_signals} public signals"
        raise ArtifactError("public signals", f"{len(public_signals)} of them", rule)
    coordinates = (*proof.a, *proof.b[0], *proof.b[1], *proof.c)
    return all(0 <= signal < MODULUS for signal in public_signals) and all(
        0 <= coordinate < BASE_MODULUS for coordinate in coordinates
    )


def load_verifying_key(path: Path) -> VerifyingKey:
    """A verification_key.json; raises ArtifactError if it cannot be read or trusted."""
    return VerifyingKey.from_json(read_json(path))


def load_proof(path: Path) -> Proof:
    """A proof.json; raises ArtifactError if it cannot be read."""
    return Proof.from_json(read_json(path))


def load_public_signals(path: Path) -> list[int]:
    """A public.json; raises ArtifactError if it cannot be read."""
    return decimals("public signals", read_json(path))


def _require(holds: bool, field: str, value: object, rule: str) -> None:
    if not holds:
        raise ArtifactError(field, value, rule)
