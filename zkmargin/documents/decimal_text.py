# SPDX-License-Identifier: Apache-2.0
"""Scaled integers as decimal text, exactly: 1_500_000 at 1e-6 is "1.5".

A number on a binary grid is written with the fewest decimals that read back as the same integer, as
a float's repr does.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Final

_DIGITS: Final = Context(prec=90)  # more than any integer of a document needs
_MOST_PLACES: Final = 60


def exact_text(value: int, scale: int) -> str:
    """value / scale without trailing zeros; scale is a power of ten."""
    return _plain(quotient(value, scale))


def rounded_text(value: Decimal, places: int) -> str:
    """The nearest decimal with so many places, trailing zeros dropped."""
    return _plain(_rounded(value, places))


def grouped_text(value: int, scale: int, places: int = 2) -> str:
    """value / scale for people, to the nearest: 1,234.56."""
    return f"{_rounded(quotient(value, scale), places):,f}"


def quotient(numerator: int, denominator: int) -> Decimal:
    """numerator / denominator, to 90 digits."""
    return _DIGITS.divide(Decimal(numerator), Decimal(denominator))


def binary(value: int, bits: int) -> Decimal:
    """value / 2^bits, to 90 digits."""
    return quotient(value, 1 << bits)


def root(value: Decimal) -> Decimal:
    """sqrt(value), to 90 digits."""
    return _DIGITS.sqrt(value)


def shortest_text(value: Decimal, reads_back: Callable[[str], bool]) -> str:
    """The decimal nearest to a value, with the fewest places that read back.

    raises   ArithmeticError if 60 places are not enough, which no integer of a valid row needs
    """
    for places in range(_MOST_PLACES):
        text = rounded_text(value, places)
        if reads_back(text):
            return text
    raise ArithmeticError(f"{value} has no decimal of {_MOST_PLACES} places that reads back")


def _rounded(value: Decimal, places: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_DIGITS)
    return rounded or abs(rounded)  # no -0.00


def _plain(value: Decimal) -> str:
    text = f"{value or abs(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
