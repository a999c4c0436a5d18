# SPDX-License-Identifier: Apache-2.0
"""Scaled-integer arithmetic; every name carries its rounding."""

from __future__ import annotations

from math import isqrt


def shift_down(x: int, bits: int) -> int:
    """floor(x / 2^bits), for either sign of x."""
    return x >> bits


def divide_up(x: int, divisor: int) -> int:
    """ceil(x / divisor), divisor > 0, for either sign of x."""
    return -(-x // divisor)


def divide_down(x: int, divisor: int) -> int:
    """floor(x / divisor), divisor > 0, for either sign of x."""
    return x // divisor


def root_down(x: int) -> int:
    """floor(sqrt(x)), x >= 0."""
    return isqrt(x)
