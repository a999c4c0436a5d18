# SPDX-License-Identifier: Apache-2.0
"""Errors and events of the contracts in words: what reverted and why, what a receipt says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

from zkmargin.chain.account import AdvanceKind
from zkmargin.chain.contract_build import Abi, Contracts
from zkmargin.errors import Reverted
from zkmargin.registry.status import Status

_SELECTOR: Final = 4
_MOST_SHOWN: Final = 4  # of a struct or list
_BUILT_IN: Final[Abi] = [
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
]
_ENUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "enum Status": tuple(status.word for status in Status),
    "enum AdvanceKind": tuple(kind.name.capitalize() for kind in AdvanceKind),
    "enum Stage": ("None", "Bidding", "Awarded", "Settled", "Cured", "Failed"),
    "enum Role": ("Governance", "Authority", "Auction"),
    "enum IMarketOracle.Cause": (
        *("Deviation", "Basis", "Jump", "Variance"),
        *("Silence", "Equivocation", "Contradiction", "Guardian"),
    ),
}
_TEXT_FIELDS: Final = frozenset({"field", "name"})  # bytes32 that hold a word


@dataclass(frozen=True)
class Event:
    """One event of a receipt.

    contract    address of the contract that emitted it
    arguments   by name, indexed ones too
    """

    name: str
    contract: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {_shown(value)}" for name, value in self.arguments.items())
        return f"{self.name}: {shown}" if shown else self.name


class ContractWords:
    """Knows every error and event of a build."""

    def __init__(self, contracts: Contracts) -> None:
        entries = [*_BUILT_IN, *contracts.entries]
        self._errors = {_selector(e): e for e in entries if e["type"] == "error"}
        self._events = {_topic(e): e for e in entries if e["type"] == "event"}
        self._notices = contracts.notices

    def reverted(self, action: str, data: bytes) -> Reverted:
        """The refusal behind the data of a revert."""
        entry = self._errors.get(data[:_SELECTOR])
        if entry is None:
            name = f"error 0x{data[:_SELECTOR].hex()}" if data else "no reason given"
            return Reverted(action, name, {}, "")
        try:
            values = decode([_type(i) for i in entry["inputs"]], data[_SELECTOR:])
        except DecodingError:
            return Reverted(action, str(entry["name"]), {}, "")
        inputs = zip(entry["inputs"], values, strict=True)
        arguments = {i["name"]: _shown(_word(i, value)) for i, value in inputs}
        notice = self._notices.get(signature(entry), "")
        return Reverted(action, str(entry["name"]), arguments, _why(notice))

    def events(self, logs: Iterable[Mapping[str, Any]]) -> tuple[Event, ...]:
        """The known events among the logs of a receipt, in their order."""
        return tuple(event for log in logs if (event := self._event(log)) is not None)

    def _event(self, log: Mapping[str, Any]) -> Event | None:
        topics = [bytes(topic) for topic in log["topics"]]
        entry = self._events.get((topics[0], len(topics))) if topics else None
        if entry is None:
            return None
        indexed = [i for i in entry["inputs"] if i["indexed"]]
        others = [i for i in entry["inputs"] if not i["indexed"]]
        values = {
            i["name"]: _word(i, decode([_type(i)], topic)[0])
            for i, topic in zip(indexed, topics[1:], strict=True)
        }
        rest = decode([_type(i) for i in others], bytes(log["data"]))
        values |= {i["name"]: _word(i, v) for i, v in zip(others, rest, strict=True)}
        ordered = {i["name"]: values[i["name"]] for i in entry["inputs"]}
        return Event(str(entry["name"]), str(log["address"]), ordered)


def signature(entry: Mapping[str, Any]) -> str:
    """name(type,type) of an ABI entry."""
    return f"{entry['name']}({','.join(_type(i) for i in entry['inputs'])})"


def _selector(entry: Mapping[str, Any]) -> bytes:
    return bytes(keccak(signature(entry).encode())[:_SELECTOR])


def _topic(entry: Mapping[str, Any]) -> tuple[bytes, int]:
    """The first topic of an event and its number of topics: ERC-20 and ERC-721 share the former."""
    count = 1 + sum(bool(i["indexed"]) for i in entry["inputs"])
    return bytes(keccak(signature(entry).encode())), count


def _type(parameter: Mapping[str, Any]) -> str:
    """The canonical type of a parameter, a struct spelled out."""
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(_type(component) for component in parameter["components"])
    return f"({inner}){kind.removeprefix('tuple')}"


def _word(parameter: Mapping[str, Any], value: Any) -> Any:
    words = _ENUMS.get(str(parameter.get("internalType")))
    if words is not None and value < len(words):
        return words[value]
    if parameter["type"] == "bytes32" and parameter["name"] in _TEXT_FIELDS:
        return bytes(value).rstrip(b"\0").decode("ascii", errors="replace")
    return value


def _shown(value: Any) -> str:
    """A value for people: bytes in hexadecimal, long ones by their length."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}" if len(value) <= 32 else f"{len(value)} bytes"
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1 << 128:
        return f"{value:#066x}"
    if isinstance(value, tuple | list) and len(value) > _MOST_SHOWN:
        return f"({len(value)} values)"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(_shown(item) for item in value) + ")"
    return str(value)


def _why(notice: str) -> str:
    """ "Thrown when a call runs." as "a call runs"."""
    return notice.removeprefix("Thrown when ").removeprefix("Thrown ").rstrip(".")
