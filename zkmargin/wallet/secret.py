# SPDX-License-Identifier: Apache-2.0
"""The view secret: 32 bytes of the system's random source from which every blinding follows.

Whoever has it can test guesses of the account's books against the chain; whoever loses it together
with the books cannot open the account's commitments any more.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final, NoReturn

from zkmargin.commitment import derive_blinding
from zkmargin.errors import BookError
from zkmargin.wallet.private_file import write_new

_BYTES: Final = 32
_LONGEST_FILE: Final = 1024  # [bytes]


class ViewSecret:
    """A view secret that shows itself to nobody: not in repr, in errors, or in pickles.

    raises   BookError if there are fewer than 32 bytes
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _BYTES:
            raise BookError("view secret", "(hidden)", f"must have at least {_BYTES} bytes")
        self._secret = bytes(secret)

    @classmethod
    def new(cls) -> ViewSecret:
        """A fresh secret of 32 bytes."""
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def load(cls, path: Path) -> ViewSecret:
        """The secret in a file of hexadecimal digits, at least 64 of them.

        raises   BookError, which names the file and shows nothing of it
        """
        rule = f"must be {2 * _BYTES} or more hexadecimal digits in one line"
        try:
            with path.open("rb") as file:
                content = file.read(_LONGEST_FILE + 1)
        except OSError as error:
            raise BookError(path.name, error.strerror, "must be a readable file") from None
        try:
            digits = content.decode("ascii").strip()
            if len(content) <= _LONGEST_FILE and len(digits.split()) == 1:
                return cls(bytes.fromhex(digits))
        except (ValueError, BookError):  # whose messages and context could quote the file
            pass
        raise BookError(path.name, "(hidden)", rule)

    def write(self, path: Path) -> None:
        """Writes the secret to a new file, mode 0600; raises InputError if the name is taken."""
        write_new(path, self._secret.hex() + "\n")

    def blinding(self, account: int, version: int) -> int:
        """The blinding of one version of one account: 248 random bits, derived."""
        return derive_blinding(self._secret, account, version)

    def __repr__(self) -> str:
        return "ViewSecret(<hidden>)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a view secret cannot be pickled")
