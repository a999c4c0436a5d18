# SPDX-License-Identifier: Apache-2.0
"""The inputs of a circuit by signal name: one field element each, or a flat sequence of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zkmargin.errors import InputError
from zkmargin.field import check_element

Inputs = Mapping[str, int | Sequence[int]]


def input_lists(inputs: Inputs) -> dict[str, list[int]]:
    """Every input as a list.

    Provers reduce what is too big without a word, so that another statement would be proven.
    raises   InputError, naming the element, unless every element is an integer in [0, r)
    """
    lists = {name: list(v) if isinstance(v, Sequence) else [v] for name, v in inputs.items()}
    for name, values in lists.items():
        for i, value in enumerate(values):
            if not isinstance(value, int):
                raise InputError(f"{name}[{i}]", value, "must be an integer")
            check_element(f"{name}[{i}]", value)
    return lists
