# SPDX-License-Identifier: Apache-2.0
"""What a chain, its deployer, a signer or the engine's own directory hands over."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from circuits.compiler import ROOT
from eth_account import Account

from fuzz.target import Target, as_json
from zkmargin.chain.deployment import load_deployment
from zkmargin.chain.deployment_config import load_config
from zkmargin.chain.key import keystore_key, local_key
from zkmargin.chain.local_node import LocalNode
from zkmargin.chain.publication import (
    publication_of,
    read_publication,
    sign_publication,
    signer_of,
)
from zkmargin.chain.snapshot_data import data_hash, read_snapshot_data, snapshot_data
from zkmargin.commands.opening import read_view_secret
from zkmargin.documents.book_document import load_book
from zkmargin.documents.publication_document import PublicationDraft, dump_draft, load_draft
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.engine.opening import opening_of, opening_text
from zkmargin.files import read_file
from zkmargin.settings import load_settings
from zkmargin.snapshot import Snapshot
from zkmargin.wallet.secret import ViewSecret

DATA, EXAMPLES = ROOT / "zkmargin" / "data" / "deployments", ROOT / "examples"
CHAIN_ID, ORACLE = 31_337, "0x" + "11" * 20
PASSPHRASE = "correct horse battery"
CONTRACT = {"address": "0x" + "22" * 20, "creation": "0x" + "a" * 64, "code": "0x" + "b" * 64}
DEPLOYMENT = {
    "format": "zkmargin-deployment-1",
    "chain_id": "31337",
    "block": "1",
    "circuits": {"margin": {"preset": "tiny", "status": "development", "key": "c" * 64}},
    "contracts": {"MarketOracle": CONTRACT},
    "done": ["bond holder"],
    "pending": {"name": "MarginRegistry", **CONTRACT, "code": ""},
}
SETTINGS = b"""[chain]
rpc = "http://127.0.0.1:8545"
timeout = 60
[guard]
prove = "before-stale"
alerts = [1.5, 1.1]
poll = 12.5
[log]
level = "debug"
"""


@lru_cache(maxsize=1)
def market() -> Snapshot:
    """A snapshot of two expiries: quick to read, whole enough to publish."""
    whole = load_snapshot(EXAMPLES / "eth_snapshot.json")
    return replace(whole, rows=whole.rows[:2])


@lru_cache(maxsize=1)
def draft() -> PublicationDraft:
    """What one signer has signed."""
    publication, data = publication_of(market())
    signatures = sign_publication(publication, CHAIN_ID, ORACLE, [local_key(0)])
    return PublicationDraft(publication, data, tuple(signatures))


def deployment(path: Path) -> None:
    """A deployment that is read knows its circuits and contracts, or says that it does not."""
    read = load_deployment(path)
    assert read.preset("margin").name
    assert read.address("MarketOracle") == CONTRACT["address"] or read.contracts
    read.write(path)
    assert load_deployment(path) == read


def publication(path: Path) -> None:
    """A publication says what its data do; the signer signed it and no other."""
    read = load_draft(path)
    if read is None:
        return
    for signature in read.signatures:
        signer = signer_of(read.publication, CHAIN_ID, ORACLE, signature)
        assert signer != local_key(0).address or read.publication == draft().publication
    told = replace(read.publication, data_hash=data_hash(read.data))
    assert read_publication(told, read.data).hash == told.hash


def published(path: Path) -> None:
    """Published bytes that are read are a valid snapshot, which can be published again."""
    read = read_snapshot_data(read_file(path))
    assert read_snapshot_data(snapshot_data(read)).hash == read.hash


def keystore(path: Path) -> None:
    """A keystore that opens holds the key whose address it names, if it names one."""
    address = keystore_key(path, lambda: PASSPHRASE).address
    named = json.loads(path.read_bytes()).get("address") or address
    assert named.lower().removeprefix("0x") == address[2:].lower()


def opening(path: Path) -> None:
    """An opening reads back as itself."""
    read = opening_of(path.read_text(encoding="utf-8", errors="replace"))
    assert opening_of(opening_text(read)) == read


def view_secret(path: Path) -> None:
    """The command and the library read one secret."""
    assert ViewSecret.load(path).blinding(1, 1) == ViewSecret(read_view_secret(path)).blinding(1, 1)


def chain_targets() -> list[Target]:
    """Every target of this file."""
    local = json.loads((DATA / "local.json").read_text("utf-8"))
    sale = json.loads((DATA / "liquidation.json").read_text("utf-8"))
    account = Account.encrypt(local_key(1).account.key, PASSPHRASE, kdf="scrypt", iterations=2)
    node = {"url": "http://127.0.0.1:8545", "pid": 4_000, "log": "anvil.log"}
    held = opening_text(load_book(EXAMPLES / "edge_book.json"))
    secret = (bytes(range(100, 132)).hex() + "\n").encode()
    return [
        Target("deployment", (as_json(DEPLOYMENT),), deployment),
        Target("configuration", (as_json(local), as_json({**local, "liquidation": sale})), config),
        Target("publication", (as_json(dump_draft(draft())),), publication),
        Target("snapshot data", (snapshot_data(market()),), published, 5, ".bin"),
        Target("keystore", (as_json(account),), keystore),
        Target("local node", (as_json(node),), LocalNode.read, 3),
        Target("opening", (held.encode(),), opening),
        Target("settings", (SETTINGS,), settings, 10, ".toml"),
        Target("view secret", (secret,), view_secret, 3, ".hex"),
    ]


def config(path: Path) -> object:
    """The configuration of a deployment."""
    return load_config(path)


def settings(path: Path) -> None:
    """Every setting that is taken can be asked for, and numbers are numbers."""
    read = load_settings(file=path, environment={})
    for setting, chosen in read.items():
        assert chosen.value == chosen.value, setting.key
    assert all(ratio >= 1 for ratio in read.numbers("guard.alerts"))
    read.number("chain.timeout")
