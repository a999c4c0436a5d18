# SPDX-License-Identifier: Apache-2.0
"""A ceremony's directory, changed by somebody who then makes every hash match again."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zkmargin.documents.writing import document_text
from zkmargin.files import sha256
from zkmargin.proving.sections import join_sections, read_sections

Document = dict[str, Any]
Edit = Callable[[Document], object]

CONTRIBUTIONS = 10  # section of a .zkey
_HASH_BYTES = 64
_FIXED = 64 + 128 + 128 + 64  # delta1, s1 and s1 * d, spx, link


def steps(directory: Path) -> list[Path]:
    """The directories of the steps, in order."""
    return sorted(path for path in directory.iterdir() if path.name.isdigit())


def edit_last(directory: Path, edit: Edit) -> None:
    """Edits the last transcript only."""
    path = steps(directory)[-1] / "transcript.json"
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(document_text(document))


def edit_all(directory: Path, edit: Edit) -> None:
    """Edits the transcript, and makes that of every step the beginning of it."""
    edit_last(directory, edit)
    document = json.loads((steps(directory)[-1] / "transcript.json").read_text())
    for number, step in enumerate(steps(directory)):
        prefix = {**document, "steps": document["steps"][:number]}
        (step / "transcript.json").write_text(document_text(prefix))


def rehash(directory: Path) -> None:
    """Makes the transcripts hold the SHA-256 of the keys that are there now."""

    def update(document: Document) -> None:
        for number, step in enumerate(steps(directory)):
            for key in step.glob("*.zkey"):
                record = document["steps"][number - 1] if number else document
                record["zkey"] = sha256(key)

    edit_all(directory, update)


def flip_byte(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def edit_contributions(zkey: Path, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    """Edits the list of contributions inside a key; each is the bytes of one."""
    contents = {
        kind: bytes(data) for kind, data in read_sections(zkey, b"zkey", 1).contents.items()
    }
    section = contents[CONTRIBUTIONS]
    records = edit(_split(section[_HASH_BYTES + 4 :]))
    count = struct.pack("<I", len(records))
    contents[CONTRIBUTIONS] = section[:_HASH_BYTES] + count + b"".join(records)
    zkey.write_bytes(join_sections(b"zkey", 1, {kind: [data] for kind, data in contents.items()}))


def _split(data: bytes) -> list[bytes]:
    records = []
    while data:
        end = _FIXED + 8 + int.from_bytes(data[_FIXED + 4 : _FIXED + 8], "little")
        records.append(data[:end])
        data = data[end:]
    return records
