# SPDX-License-Identifier: Apache-2.0
"""A publication on its way from signer to signer, as a JSON document.

    {"format": "zkmargin-publication-1", "publication": {"epoch": "2", .., "data_hash": "0x.."},
     "data": "0x..", "signatures": ["0x.."]}

Nothing in it is secret, and nothing in it is believed: who signs or publishes recomputes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zkmargin.documents.reading import Field, read_document
from zkmargin.documents.writing import Json, write_document
from zkmargin.errors import SnapshotError
from zkmargin.market_oracle.publication import Publication

FORMAT: Final = "zkmargin-publication-1"

_TIME, _PRICE, _WORD = 1 << 40, 1 << 48, 1 << 256
_ENDS: Final = {
    **dict.fromkeys(("epoch", "timestamp", "index_time", "perp_time", "surface_time"), _TIME),
    **dict.fromkeys(("index", "perp_mark"), _PRICE),
    **dict.fromkeys(("rest", "params_hash"), _WORD),
}  # of the contract's types
_BYTES: Final = re.compile(r"0x(?:[0-9a-f]{2})*")
_LONGEST_DATA: Final = 1 << 18  # [hexadecimal digits]
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """What is to be signed, the bytes that go with it, and the signatures so far."""

    publication: Publication
    data: bytes
    signatures: tuple[bytes, ...]


def load_draft(path: Path) -> PublicationDraft | None:
    """The draft in a file, None if it is another document; SnapshotError if it is damaged."""
    document = read_document(path, SnapshotError)
    if not isinstance(document.value, dict) or document.value.get("format") != FORMAT:
        return None
    fields = document.members(("format", "publication", "data", "signatures"))
    numbers = fields["publication"].members((*_ENDS, "data_hash"))
    hashed = _bytes(numbers["data_hash"])
    if len(hashed) != _HASH_BYTES:
        raise numbers["data_hash"].error("must have 64 hexadecimal digits")
    values: dict[str, int] = {name: numbers[name].natural(end) for name, end in _ENDS.items()}
    return PublicationDraft(
        Publication(**values, data_hash=hashed),
        _bytes(fields["data"]),
        tuple(_bytes(field) for field in fields["signatures"].items()),
    )


def write_draft(path: Path, draft: PublicationDraft) -> None:
    """Writes the document that reads back as this draft."""
    write_document(path, dump_draft(draft))


def dump_draft(draft: PublicationDraft) -> dict[str, Json]:
    """The document that reads back as this draft."""
    numbers: dict[str, Json] = {name: str(getattr(draft.publication, name)) for name in _ENDS}
    return {
        "format": FORMAT,
        "publication": {**numbers, "data_hash": f"0x{draft.publication.data_hash.hex()}"},
        "data": f"0x{draft.data.hex()}",
        "signatures": [f"0x{signature.hex()}" for signature in draft.signatures],
    }


def _bytes(field: Field) -> bytes:
    text = field.text(_LONGEST_DATA)
    if not _BYTES.fullmatch(text):
        raise field.error("must be bytes in hexadecimal, after 0x", "(not shown)")
    return bytes.fromhex(text[2:])
