# SPDX-License-Identifier: Apache-2.0
"""Files that are either whole or absent: atomic writes, exclusive locks, hashes.

A reader never sees half a file: what is written goes to a temporary name in the same directory
and is renamed once it is complete.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from zkmargin.errors import ArtifactError

if sys.platform != "win32":
    import fcntl

MAX_JSON_DEPTH: Final = 100
_JSON_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)


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
    """A temporary directory beside `path` that takes its name when the block ends without an error.

    An older directory of that name is exchanged with it in one step, and deleted last; where the
    system cannot do that (Linux can), it is moved aside first, and for a moment there is neither.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    workspace = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    new, old = workspace / "new", workspace / "old"
    new.mkdir()
    try:
        yield new
        if not path.exists():
            new.rename(path)
        elif not _exchanged(new, path):
            path.rename(old)
            new.rename(path)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Gives each of two paths the other's name, at once; False where the system cannot."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def write_atomic(path: Path, content: bytes | str) -> None:
    """Writes the whole file or nothing."""
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def private_file(content: bytes = b"") -> Iterator[Path]:
    """A file that opens a book: for this user's processes only, gone when the block ends.

    It is held in memory where the system can do that (Linux), else in a directory of mode 0700.
    """
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("zkmargin"), "wb") as handle:  # noqa: PTH123
            path = Path(f"/proc/{os.getpid()}/fd/{handle.fileno()}")
            handle.write(content)
            handle.flush()
            if path.exists():
                yield path
                return
    with tempfile.TemporaryDirectory(prefix="zkmargin-") as directory:
        path = Path(directory) / "private"
        path.write_bytes(content)
        yield path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Holds the lock file `path`; a second process waits here until the first one leaves.

    On Windows, which has no flock, nothing is held: two processes do the work twice, and the
    renames keep the result whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def read_file(path: Path) -> bytes:
    """A file's contents; raises ArtifactError, naming it, if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(str(path), error.strerror, "must be a readable file") from error


def read_json(path: Path) -> Any:
    """The value in a JSON file; raises ArtifactError, naming it, if it cannot be read or parsed.

    Nesting is bounded here because nothing else does it: py_ecc raises Python's recursion limit to
    100,000, and at such a depth the parser overflows the stack and takes the process with it.
    """
    content = read_file(path)
    try:
        text = content.decode("utf-8")
        is_flat = nesting(text) <= MAX_JSON_DEPTH
        document = json.loads(text) if is_flat else None
    except ValueError as error:
        raise ArtifactError(str(path), str(error), "must be JSON") from error
    if not is_flat:
        raise ArtifactError(str(path), "deep nesting", f"must be at most {MAX_JSON_DEPTH} deep")
    return document


def sha256(path: Path) -> str:
    """SHA-256 of a file's contents, in lower-case hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def nesting(text: str) -> int:
    """The deepest nesting of a JSON text; brackets inside strings do not count."""
    brackets = _JSON_STRING.sub("", text)
    steps = (1 if c in "[{" else -1 for c in brackets if c in "[{]}")
    return max(accumulate(steps), default=0)
