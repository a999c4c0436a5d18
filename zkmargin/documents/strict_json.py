# SPDX-License-Identifier: Apache-2.0
"""JSON as strict as money needs it: numbers keep their digits and names are unique."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from zkmargin.errors import InputError
from zkmargin.files import nesting

LARGEST_FILE: Final = 4_000_000  # [bytes]
DEEPEST: Final = 32  # nested brackets; the parser itself would overflow the stack


@dataclass(frozen=True, slots=True)
class Literal:
    """A JSON number as it is written."""

    text: str

    def __str__(self) -> str:
        return self.text


def read_strict(path: Path, kind: type[InputError]) -> Any:
    """The value in a file; raises `kind`, naming the file, if it cannot be read or parsed."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as error:
        raise kind(path.name, error.strerror or str(error), "must be a readable file") from error
    if size > LARGEST_FILE:
        raise kind(path.name, f"{size} bytes", f"must have at most {LARGEST_FILE}")
    return parse_strict(content, path.name, kind)


def parse_strict(content: bytes | str, source: str, kind: type[InputError]) -> Any:
    """The value in a text; raises `kind`, naming the source, if it is not strict JSON."""

    def refuse_constant(name: str) -> Any:
        raise kind(source, name, "must be a finite number")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                raise kind(source, name, "appears twice in one object")
            found[name] = value
        return found

    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        if (depth := nesting(text)) > DEEPEST:
            raise kind(source, f"{depth} brackets deep", f"must be at most {DEEPEST} deep")
        return json.loads(
            text,
            parse_int=Literal,
            parse_float=Literal,
            parse_constant=refuse_constant,
            object_pairs_hook=unique,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise kind(source, place, f"must be JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise kind(source, f"byte {error.start}", "must be text in UTF-8") from error
