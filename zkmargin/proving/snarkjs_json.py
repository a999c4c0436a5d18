# SPDX-License-Identifier: Apache-2.0
"""The JSON of snarkjs: decimal strings, points as [x, y, "1"], F_q2 elements as [c0, c1].

Only the layout is checked here, not what the numbers mean: a string must be the one decimal form of
a natural number of at most 78 digits. JSON numbers are refused, since other readers round them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from zkmargin.errors import ArtifactError
from zkmargin.proving.bn254 import Fq2, G1Point, G2Point

Document = Mapping[str, Any]

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,77}")  # 2^256 has 78 digits


def check_system(document: Any, field: str) -> Document:
    """A JSON object whose protocol and curve, where it names them, are Groth16 and BN254."""
    if not isinstance(document, dict):
        raise ArtifactError(field, document, "must be a JSON object")
    for name, known in (("protocol", "groth16"), ("curve", "bn128")):
        if document.get(name, known) != known:
            raise ArtifactError(f"{field} {name}", document[name], f"must be {known!r}")
    return document


def entry(document: Document, name: str) -> Any:
    """One entry of an object; raises ArtifactError if it is missing."""
    if name not in document:
        raise ArtifactError(name, "nothing", "must be there")
    return document[name]


def decimal(field: str, text: object) -> int:
    """A natural number in its one decimal form."""
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise ArtifactError(field, text, "must be a decimal string of at most 78 digits")
    return int(text)


def decimals(field: str, items: object) -> list[int]:
    """A list of natural numbers, such as the public signals in public.json."""
    if not isinstance(items, list):
        raise ArtifactError(field, items, "must be a list of decimal strings")
    return [decimal(f"{field}[{i}]", text) for i, text in enumerate(items)]


def g1_from_json(field: str, items: object) -> G1Point:
    """A point [x, y, "1"]."""
    x, y, _ = _affine(field, items, "1")
    return decimal(f"{field}.x", x), decimal(f"{field}.y", y)


def g2_from_json(field: str, items: object) -> G2Point:
    """A point [[x0, x1], [y0, y1], ["1", "0"]]."""
    x, y, _ = _affine(field, items, ["1", "0"])
    return _fq2(f"{field}.x", x), _fq2(f"{field}.y", y)


def g1_to_json(point: G1Point) -> list[str]:
    """A point as [x, y, "1"]."""
    return [*map(str, point), "1"]


def g2_to_json(point: G2Point) -> list[list[str]]:
    """A point as [[x0, x1], [y0, y1], ["1", "0"]]."""
    return [*(list(map(str, coordinate)) for coordinate in point), ["1", "0"]]


def _affine(field: str, items: object, one: object) -> Sequence[object]:
    if not isinstance(items, list) or len(items) != 3 or items[2] != one:
        raise ArtifactError(field, items, f"must be a point [x, y, {one}]")
    return items


def _fq2(field: str, items: object) -> Fq2:
    if not isinstance(items, list) or len(items) != 2:
        raise ArtifactError(field, items, "must be a pair [c0, c1]")
    return decimal(f"{field}[0]", items[0]), decimal(f"{field}[1]", items[1])
