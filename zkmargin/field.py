# SPDX-License-Identifier: Apache-2.0
"""The scalar field of BN254: every signal of a circuit and every hash is one of its elements.

A signed integer x stands for x mod r. Elements up to (r - 1) / 2 read back as themselves, the
others as negative numbers, so every abs(x) <= (r - 1) / 2 survives the round trip.
"""

from __future__ import annotations

from typing import Final

from zkmargin.errors import InputError

MODULUS: Final = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001
HALF: Final = (MODULUS - 1) // 2  # the largest integer that reads back as positive
ELEMENT_BYTES: Final = 32


def encode(x: int) -> int:
    """The field element in [0, r) that stands for the signed integer x.

    raises InputError if abs(x) > (r - 1) / 2, where two integers would share an element
    """
    if not -HALF <= x <= HALF:
        raise InputError("field element", x, "must satisfy abs(x) <= (r - 1) / 2")
    return x % MODULUS


def decode(element: int) -> int:
    """The signed integer for which a field element stands.

    raises InputError if the element is outside [0, r)
    """
    check_element("field element", element)
    return element if element <= HALF else element - MODULUS


def check_element(field: str, element: int) -> None:
    """Refuses a number that is not a canonical field element.

    raises InputError, naming the field, if the element is outside [0, r)
    """
    if not 0 <= element < MODULUS:
        raise InputError(field, element, "must be in [0, r), r the BN254 scalar modulus")
