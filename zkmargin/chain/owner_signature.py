# SPDX-License-Identifier: Apache-2.0
"""What an owner signs so that settlement may open, advance or close the account (EIP-712)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.abi import encode
from eth_account.messages import encode_typed_data

from zkmargin.chain.key import Key

# Fields of the structs of SettlementAuthority.sol, in order.
_TYPES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Open": (
        ("account", "uint64"),
        ("version", "uint64"),
        ("commitment", "uint256"),
        ("holder", "address"),
        ("nonce", "uint32"),
        ("deadline", "uint40"),
    ),
    "Advance": (
        ("account", "uint64"),
        ("version", "uint64"),
        ("commitment", "uint256"),
        ("nonce", "uint32"),
        ("deadline", "uint40"),
    ),
    "Close": (
        ("account", "uint64"),
        ("version", "uint64"),
        ("nonce", "uint32"),
        ("deadline", "uint40"),
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an account, as its owner signs it.

    kind         "Open", "Advance" or "Close"
    version      after the change
    commitment   after the change; 0 to close
    holder       opening holder; used to open only
    deadline     last second in which it may be used [s]
    """

    kind: str
    account: int
    version: int
    commitment: int
    holder: str
    nonce: int
    deadline: int


def sign_change(change: Change, chain_id: int, registry: str, owner: Key) -> bytes:
    """The evidence that the settlement authority asks for: deadline and signature, ABI-encoded."""
    fields = _TYPES[change.kind]
    message: dict[str, Any] = {name: getattr(change, name) for name, _ in fields}
    signable = encode_typed_data(
        domain_data={
            "name": "zkmargin",
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": registry,
        },
        message_types={change.kind: [{"name": n, "type": t} for n, t in fields]},
        message_data=message,
    )
    signature = bytes(owner.account.sign_message(signable).signature)
    return bytes(encode(["uint40", "bytes"], [change.deadline, signature]))
