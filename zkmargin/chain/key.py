# SPDX-License-Identifier: Apache-2.0
"""Keys of senders and signers: an encrypted keystore, the environment, or a local chain's own.

A key is never shown: not by an object, an error or a log.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from eth_account import Account
from eth_account.signers.local import LocalAccount

from zkmargin.errors import ArtifactError, SettingError
from zkmargin.files import read_json
from zkmargin.wallet.private_file import write_new

KEY_VARIABLE: Final = "ZKMARGIN_PRIVATE_KEY"

# Published with anvil: worth nothing anywhere else, and refused there.
_LOCAL_MNEMONIC: Final = "test test test test test test test test test test test junk"
_LOCAL_KEYS: Final = 10

Passphrase = Callable[[], str]


class Key:
    """A private key that signs and does not show itself."""

    __slots__ = ("_account", "address")

    def __init__(self, account: LocalAccount) -> None:
        self._account = account
        self.address = str(account.address)

    @property
    def account(self) -> LocalAccount:
        """The signer of eth-account, which must not be shown or logged."""
        return self._account

    def __repr__(self) -> str:
        return f"Key({self.address})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a key cannot be pickled")


def new_keystore(path: Path, passphrase: str) -> Key:
    """Draws a key and writes it, encrypted, to a new file of mode 0600.

    raises   InputError if the name is taken or the passphrase is empty
    """
    if not passphrase:
        raise SettingError("passphrase", "(hidden)", "must not be empty")
    account = Account.create()
    write_new(path, json.dumps(Account.encrypt(account.key, passphrase)) + "\n")
    return Key(account)


def keystore_key(path: Path, passphrase: Passphrase) -> Key:
    """The key in an encrypted keystore (version 3).

    raises   SettingError if the file is none or the passphrase does not open it
    """
    try:
        document = read_json(path)
    except ArtifactError as error:
        raise SettingError(str(path), error.value, "must be a readable keystore") from None
    secret = passphrase()
    try:
        document = dict(document)
        key = Key(Account.from_key(Account.decrypt(document, secret)))
    except Exception:  # eth-account has an error for every fault; their words could quote it
        rule = "is no keystore, or the passphrase does not open it"
        raise SettingError(str(path), "(hidden)", rule) from None
    _check_address(path, document.get("address"), key.address)
    return key


def _check_address(path: Path, named: object, address: str) -> None:
    """The cipher of a keystore does not notice a changed iv, and would give another key."""
    same = isinstance(named, str) and named.lower().removeprefix("0x") == address[2:].lower()
    if named is not None and not same:
        raise SettingError(f"{path}: address", named, f"the key in it is that of {address}")


def environment_key() -> Key | None:
    """The key in ZKMARGIN_PRIVATE_KEY, None if it is not set; raises SettingError if it is none."""
    text = os.environ.get(KEY_VARIABLE)
    if not text:
        return None
    try:
        return Key(Account.from_key(text))
    except Exception:
        rule = "must be a private key, 64 hexadecimal digits"
        raise SettingError(KEY_VARIABLE, "(hidden)", rule) from None


@lru_cache(maxsize=_LOCAL_KEYS)
def local_key(number: int) -> Key:
    """The key of one of the accounts that anvil funds, from 0; for local chains only.

    raises   SettingError if there is no account of that number
    """
    if not 0 <= number < _LOCAL_KEYS:
        raise SettingError("local account", number, f"must be 0 to {_LOCAL_KEYS - 1}")
    Account.enable_unaudited_hdwallet_features()
    path = f"m/44'/60'/0'/0/{number}"
    return Key(Account.from_mnemonic(_LOCAL_MNEMONIC, account_path=path))


def read_passphrase(path: Path) -> str:
    """The first line of a passphrase file; raises SettingError if there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SettingError(str(path), "(hidden)", "must be a readable text file") from None
    if len(lines) != 1 or not lines[0]:
        raise SettingError(str(path), "(hidden)", "must have the passphrase as its only line")
    return lines[0]
