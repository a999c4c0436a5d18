# SPDX-License-Identifier: Apache-2.0
"""The bytes of a whole snapshot, as a publication carries and a chain logs them.

    byte 0      1, the format
    the rest    the snapshot's document (`documents.snapshot_document`) as compact JSON, in the zlib
                format of RFC 1950

Signers sign the keccak of these very bytes; who reads them gets the snapshot, recomputed and
validated, or a refusal.
"""

from __future__ import annotations

import json
import zlib
from typing import Final

from eth_hash.auto import keccak

from zkmargin.documents.reading import parse_document
from zkmargin.documents.snapshot_document import dump_snapshot, parse_snapshot
from zkmargin.errors import SnapshotError
from zkmargin.snapshot import Snapshot

FORMAT: Final = b"\x01"

_LONGEST: Final = 1 << 17  # of the document [bytes]
_HIGHEST_COMPRESSION: Final = 9


def snapshot_data(snapshot: Snapshot) -> bytes:
    """The bytes that read back as a snapshot."""
    text = json.dumps(dump_snapshot(snapshot), separators=(",", ":"), ensure_ascii=False)
    return FORMAT + zlib.compress(text.encode(), _HIGHEST_COMPRESSION)


def read_snapshot_data(data: bytes, source: str = "snapshot data") -> Snapshot:
    """The valid snapshot in published bytes.

    raises   SnapshotError or ParamsError if they hold none, or one that breaks a rule
    """
    if data[:1] != FORMAT:
        raise SnapshotError(source, f"format {data[:1].hex() or 'nothing'}", "must be format 01")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data[1:], _LONGEST)
    except zlib.error as error:
        raise SnapshotError(source, str(error), "must be zlib data") from None
    if not unpacker.eof or unpacker.unused_data:
        rule = f"must hold one document of at most {_LONGEST} bytes and nothing after it"
        raise SnapshotError(source, f"{len(data)} bytes", rule)
    return parse_snapshot(parse_document(text, source, SnapshotError))


def data_hash(data: bytes) -> bytes:
    """Keccak of the bytes: what signers sign."""
    return bytes(keccak(data))
