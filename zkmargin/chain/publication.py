# SPDX-License-Identifier: Apache-2.0
"""A publication: what the signers of a feed vouch for, of one epoch, as one EIP-712 message.

The numbers that the contract looks at stand beside the hash of all the rest, and the keccak of the
whole snapshot's bytes: one signature binds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data

from zkmargin.chain.key import Key
from zkmargin.chain.snapshot_data import data_hash, read_snapshot_data, snapshot_data
from zkmargin.errors import SnapshotError
from zkmargin.market_oracle.publication import Publication
from zkmargin.snapshot import Snapshot

# Name, Solidity type and order of the struct `Publication` of IMarketOracle.sol.
_FIELDS: Final = (
    ("epoch", "uint40"),
    ("timestamp", "uint40"),
    ("indexTime", "uint40"),
    ("perpTime", "uint40"),
    ("surfaceTime", "uint40"),
    ("index", "uint48"),
    ("perpMark", "uint48"),
    ("rest", "uint256"),
    ("paramsHash", "uint256"),
    ("dataHash", "bytes32"),
)


@dataclass(frozen=True, slots=True)
class Observed:
    """When the three parts of a snapshot were observed [s]; the snapshot's time unless told."""

    index: int | None = None
    perp: int | None = None
    surface: int | None = None


def publication_of(
    snapshot: Snapshot, observed: Observed | None = None
) -> tuple[Publication, bytes]:
    """The publication of a snapshot, and the bytes that go with it."""
    data = snapshot_data(snapshot)
    seen = observed or Observed()
    clock = snapshot.header.timestamp
    times = [clock if t is None else t for t in (seen.index, seen.perp, seen.surface)]
    return _publication(snapshot, (times[0], times[1], times[2]), data), data


def read_publication(publication: Publication, data: bytes) -> Snapshot:
    """The snapshot of a publication, after everything that a signer must check.

    raises   SnapshotError or ParamsError if the bytes hold no valid snapshot, or the publication
             says anything else than they do
    """
    if data_hash(data) != publication.data_hash:
        shown = f"0x{data_hash(data).hex()}"
        raise SnapshotError("data", shown, f"the publication has 0x{publication.data_hash.hex()}")
    snapshot = read_snapshot_data(data)
    times = (publication.index_time, publication.perp_time, publication.surface_time)
    expected = _publication(snapshot, times, data)
    for name in Publication.__slots__:
        said, held = getattr(publication, name), getattr(expected, name)
        if said != held:
            raise SnapshotError(f"publication {name}", said, f"the data have {held}")
    return snapshot


def sign_publication(
    publication: Publication, chain_id: int, oracle: str, keys: Iterable[Key]
) -> list[bytes]:
    """A signature of each key, r, s, v, in increasing order of signer."""
    message = _message(publication, chain_id, oracle)
    ordered = sorted(keys, key=lambda key: int(key.address, 16))
    return [bytes(key.account.sign_message(message).signature) for key in ordered]


def signer_of(publication: Publication, chain_id: int, oracle: str, signature: bytes) -> str:
    """Address of who signed; raises SnapshotError if the signature is malformed."""
    message = _message(publication, chain_id, oracle)
    try:
        return str(Account.recover_message(message, signature=signature))
    except Exception:
        rule = "must be 65 bytes r, s, v"
        raise SnapshotError("signature", f"{len(signature)} bytes", rule) from None


def _publication(snapshot: Snapshot, times: tuple[int, int, int], data: bytes) -> Publication:
    head = snapshot.header
    return Publication(
        head.epoch,
        head.timestamp,
        *times,
        head.index,
        head.perp_mark,
        snapshot.rest,
        snapshot.params.digest,
        data_hash(data),
    )


def _message(publication: Publication, chain_id: int, oracle: str) -> SignableMessage:
    names = [name for name, _ in _FIELDS]
    return encode_typed_data(
        domain_data={
            "name": "zkmargin MarketOracle",
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": oracle,
        },
        message_types={"Publication": [{"name": n, "type": t} for n, t in _FIELDS]},
        message_data=dict(zip(names, publication.values, strict=True)),
    )
