# SPDX-License-Identifier: Apache-2.0
"""How documents are written: one line for an object that fits one, two spaces of indentation.

The same document always gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from zkmargin.files import replacing

Json = str | int | bool | None | Mapping[str, "Json"] | Sequence["Json"]

_WIDTH: Final = 110
_PRIVATE: Final = 0o600


def document_text(document: Json) -> str:
    """A document as text, with a newline at its end."""
    return _laid_out(document, "", 0) + "\n"


def write_document(path: Path, document: Json, *, private: bool = False) -> None:
    """Writes the whole document or nothing; a private one can be read by its owner alone."""
    with replacing(path) as temporary:
        mode = _PRIVATE if private else 0o666  # the umask takes its share of the latter
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(document_text(document))


def _laid_out(value: Json, indent: str, used: int) -> str:
    """The text of a value that begins at column `used` of a line indented by `indent`."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, Mapping | list | tuple) or not value:
        return line
    if used + len(line) <= _WIDTH and not any(
        isinstance(v, Mapping | list) for v in _values(value)
    ):
        return line
    inner = indent + "  "
    if isinstance(value, Mapping):
        heads = [f"{inner}{json.dumps(name)}: " for name in value]
    else:
        heads = [inner] * len(value)
    entries = [
        head + _laid_out(entry, inner, len(head))
        for head, entry in zip(heads, _values(value), strict=True)
    ]
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    return f"{opening}\n" + ",\n".join(entries) + f"\n{indent}{closing}"


def _values(value: Mapping[str, Json] | Sequence[Json]) -> list[Json]:
    return list(value.values()) if isinstance(value, Mapping) else list(value)
