# SPDX-License-Identifier: Apache-2.0
"""Files for their owner alone, none of which ever takes the place of another."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from zkmargin.errors import InputError

OWNER_ONLY: Final = 0o600


def write_new(path: Path, content: str) -> None:
    """Writes a new file of mode 0600, whole and on the disk, or nothing.

    raises   InputError if the name is taken; OSError if the place cannot be written
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # a rename would replace what is there
    except FileExistsError:
        rule = "is never overwritten: choose another name"
        raise InputError(str(path), "a file that is there", rule) from None
    finally:
        temporary.unlink(missing_ok=True)


def append_line(path: Path, line: str) -> None:
    """Adds one line to a file, made with mode 0600 if it is not there, and waits for the disk.

    A last line to which an editor gave no end is ended first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
    with os.fdopen(handle, "rb+") as file:
        size = file.seek(0, os.SEEK_END)
        ended = size == 0 or (file.seek(size - 1) >= 0 and file.read() == b"\n")
        file.write(f"{'' if ended else chr(10)}{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
