# SPDX-License-Identifier: Apache-2.0
"""The forgery that unchecked quotients allow: a chain of products ends wherever the prover likes.

product[i + 1] 2^40 + remainder[i] = product[i] factor[i] in the field, only the remainders ranged.
With nine steps the last product is a sum of nine remainders times known elements, and nine numbers
of 40 bits reach every element of a field of 254 bits; lattice reduction finds them.
"""

from __future__ import annotations

from collections.abc import Mapping

from zkmargin.field import MODULUS

STEPS = 9
SHIFT = 40
# Nine remainders below 2^40, found by lattice reduction, that end the chain of these factors at
# 2^40 / 3 instead of the true 67686082605.
FACTORS = [
    831604030533, 943783788697, 824390439796, 608377713237, 725423843899,
    958263922934, 967426663848, 663760398696, 822803812165,
]  # fmt: skip
FORGED_REMAINDERS = [
    549702523403, 549816914018, 549735246733, 549752633912, 549860764050,
    549874650967, 549627549693, 549698476182, 549694184923,
]  # fmt: skip
TARGET = (1 << SHIFT) // 3
HONEST = 67686082605


def forged_products() -> list[int]:
    """The quotients, nearly all huge field elements, that leave the forged remainders."""
    products = [1 << SHIFT]
    for factor, remainder in zip(FACTORS, FORGED_REMAINDERS, strict=True):
        products.append((products[-1] * factor - remainder) * pow(2, -SHIFT, MODULUS) % MODULUS)
    return products


def choice(condition: str, values: Mapping[int, int]) -> str:
    """A circom expression that picks the value whose key equals `condition`."""
    expression = "0"
    for key, value in values.items():
        expression = f"({condition} == {key} ? {value} : {expression})"
    return expression
