# SPDX-License-Identifier: Apache-2.0
"""A deployed system as the engine's venue: views pinned to a block, transactions signed ahead.

Without an auction house in the deployment there is no auction to see, and none is begun.
"""

from __future__ import annotations

from typing import Any, Final

from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3.exceptions import TransactionNotFound, Web3RPCError

from zkmargin.chain.feed import Feed
from zkmargin.chain.key import Key
from zkmargin.chain.system import System
from zkmargin.engine.action import Action, Outcome, Signed
from zkmargin.engine.chain_calls import call_of
from zkmargin.engine.chain_view import ChainView, Registered
from zkmargin.engine.view import BlockId, VenueEvent
from zkmargin.snapshot import Snapshot

_GAS_MARGIN: Final = 150  # gas limit, of the estimate [percent]
_HARMLESS: Final = ("already known", "already imported", "nonce too low", "replacement")


class ChainVenue:
    """The venue of a deployment, for the sender of a key."""

    def __init__(self, system: System, key: Key) -> None:
        self.system = system
        self._key = key
        self._registered = Registered(system)
        self._snapshots: dict[int, Snapshot] = {}

    @property
    def sender(self) -> str:
        """Address of the key."""
        return self._key.address

    def view(self) -> ChainView:
        """What the chain says at its head."""
        block = self._block("latest")
        return ChainView(self.system, block, self._registered, self._snapshots, Feed(self.system))

    def head(self) -> BlockId:
        """The latest block."""
        return _block_id(self._block("latest"))

    def block(self, number: int) -> BlockId | None:
        """The block of a number, None above the head."""
        if number > self.system.connection.block:
            return None
        return _block_id(self._block(number))

    def events(self, number: int) -> tuple[VenueEvent, ...]:
        """The registry's events of a block that name an account."""
        connection = self.system.connection
        where: Any = {"address": self.system.registry.address, "blockHash": self._hash(number)}
        logs = connection.ask(lambda: connection.web3.eth.get_logs(where))
        found = zip(logs, connection.words.events(logs), strict=True)
        return tuple(_event(log, event) for log, event in found if _account(event.arguments))

    def nonce(self) -> int:
        """Nonce of the sender's next transaction, by the blocks alone."""
        count = self.system.connection.web3.eth.get_transaction_count
        address = to_checksum_address(self.sender)
        return int(self.system.connection.ask(lambda: count(address, "latest")))

    def sign(self, action: Action, nonce: int) -> Signed:
        """The transaction of an action; raises Reverted if the contract would refuse it now."""
        connection = self.system.connection
        function = call_of(self.system, action, self.sender)
        gas = connection.estimate(self.sender, function, str(action.kind))
        options = {
            "from": self.sender,
            "nonce": nonce,
            "gas": gas * _GAS_MARGIN // 100,
            "chainId": connection.chain_id,
        }
        built = connection.ask(lambda: function.build_transaction(options), str(action.kind))
        signed = self._key.account.sign_transaction(built)
        return Signed(signed.hash.to_0x_hex(), nonce, bytes(signed.raw_transaction))

    def send(self, signed: Signed) -> None:
        """Hands a transaction in; harmless if it was before."""
        connection = self.system.connection

        def hand_in() -> None:
            try:
                connection.web3.eth.send_raw_transaction(HexBytes(signed.raw))
            except Web3RPCError as error:
                if not any(words in str(error).lower() for words in _HARMLESS):
                    raise

        connection.ask(hand_in, "send")

    def outcome(self, signed: Signed) -> Outcome | None:
        """What became of it in the present chain; None if no block has taken it."""
        connection = self.system.connection

        def receipt() -> Any:
            try:
                return connection.web3.eth.get_transaction_receipt(HexBytes(signed.hash))
            except TransactionNotFound:
                return None

        found = connection.ask(receipt, "receipt")
        if found is None:
            return None
        refusal = "" if found["status"] == 1 else "reverted"
        return Outcome(found["blockHash"].to_0x_hex(), int(found["blockNumber"]), refusal)

    def _block(self, number: int | str) -> Any:
        get: Any = self.system.connection.web3.eth.get_block
        return self.system.connection.ask(lambda: get(number))

    def _hash(self, number: int) -> str:
        return str(self._block(number)["hash"].to_0x_hex())


def _block_id(block: Any) -> BlockId:
    number, hash_, parent = block["number"], block["hash"], block["parentHash"]
    return BlockId(int(number), hash_.to_0x_hex(), parent.to_0x_hex())


def _account(arguments: Any) -> int:
    return int(arguments.get("account", 0))


def _event(log: Any, event: Any) -> VenueEvent:
    plain = {k: v for k, v in event.arguments.items() if isinstance(v, int | str)}
    return VenueEvent(
        block=log["blockHash"].to_0x_hex(),
        number=int(log["blockNumber"]),
        place=int(log["logIndex"]),
        name=event.name,
        account=_account(event.arguments),
        details={
            name: value if isinstance(value, int) else str(value) for name, value in plain.items()
        },
    )
