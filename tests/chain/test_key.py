# SPDX-License-Identifier: Apache-2.0
"""Keystores: what opens one, and what of a damaged one is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from zkmargin.chain.key import keystore_key, local_key
from zkmargin.errors import SettingError

pytestmark = pytest.mark.chain

PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def keystore() -> dict[str, Any]:
    key = local_key(1).account.key
    return dict(Account.encrypt(key, PASSPHRASE, kdf="scrypt", iterations=2))


def opened(path: Path, document: object) -> str:
    path.write_text(json.dumps(document))
    return keystore_key(path, lambda: PASSPHRASE).address


def test_a_keystore_opens(keystore: dict[str, Any], tmp_path: Path) -> None:
    assert opened(tmp_path / "key.json", keystore) == local_key(1).address


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document.clear(),
        lambda document: document.pop("crypto"),
        lambda document: document.update(version=4),
        lambda document: document.update(crypto=[]),
        lambda document: document["crypto"].update(kdf=None),
        lambda document: document["crypto"]["kdfparams"].update(n=0),
        lambda document: document["crypto"]["kdfparams"].update(n=1 << 64),
        lambda document: document["crypto"]["kdfparams"].update(dklen="32"),
        lambda document: document["crypto"]["kdfparams"].update(salt="no hex"),
        lambda document: document["crypto"].update(mac="00" * 32),
        lambda document: document["crypto"].update(mac=7),
    ],
)
def test_a_damaged_keystore_is_refused(
    keystore: dict[str, Any], tmp_path: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    document = json.loads(json.dumps(keystore))
    damage(document)

    with pytest.raises(SettingError, match="is no keystore, or the passphrase does not open it"):
        opened(tmp_path / "key.json", document)


def test_a_keystore_whose_cipher_was_changed_does_not_give_another_key(
    keystore: dict[str, Any], tmp_path: Path
) -> None:
    document = json.loads(json.dumps(keystore))
    document["crypto"]["cipherparams"]["iv"] = "00" * 16

    with pytest.raises(SettingError, match=r"address: .*the key in it is that of 0x"):
        opened(tmp_path / "key.json", document)


@pytest.mark.parametrize("address", ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", None])
def test_a_keystore_names_its_address_in_any_form_or_not_at_all(
    keystore: dict[str, Any], tmp_path: Path, address: str | None
) -> None:
    assert opened(tmp_path / "key.json", {**keystore, "address": address}) == local_key(1).address


@pytest.mark.parametrize("text", ["", "{", "\udcff", "[" * 100_000])
def test_a_file_that_is_not_json_is_no_keystore(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(SettingError, match="must be a readable keystore"):
        keystore_key(path, lambda: PASSPHRASE)


def test_what_the_passphrase_refuses_is_said_as_it_is(
    keystore: dict[str, Any], tmp_path: Path
) -> None:
    def no_file() -> str:
        raise SettingError("passphrase_file", "(hidden)", "must be a readable text file")

    path = tmp_path / "key.json"
    path.write_text(json.dumps(keystore))
    with pytest.raises(SettingError, match="must be a readable text file"):
        keystore_key(path, no_file)
