# SPDX-License-Identifier: Apache-2.0
"""Files that are either whole or absent: atomic writes, exclusive locks, hashes.

A reader never sees half a file: what is written goes to a temporary name in the same directory and is
renamed once it is complete.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` which takes its name when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_directory(path: Path) -> Iterator[Path]:
    """A temporary directory beside `path` which takes its name when the block ends without an error.

    An older directory of that name is moved aside first and deleted last.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    workspace = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    new, old = workspace / "new", workspace / "old"
    new.mkdir()
    try:
        yield new
        if path.exists():
            path.rename(old)
        new.rename(path)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def write_atomic(path: Path, content: bytes | str) -> None:
    """Writes the whole file or nothing."""
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Holds the lock file `path`; a second process waits here until the first one leaves.

    On Windows, which has no flock, nothing is held: two processes do the work twice, and the renames
    keep the result whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def sha256(path: Path) -> str:
    """SHA-256 of a file's contents, in lower-case hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
