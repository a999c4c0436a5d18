# SPDX-License-Identifier: Apache-2.0
"""A connection to a chain: views, transactions and their receipts, refusals in words.

Gas is estimated before anything is signed, so that what a contract would refuse costs nothing. The
address of a node is shown without its path, which may hold a provider's key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from hexbytes import HexBytes
from requests.exceptions import HTTPError, RequestException
from web3 import HTTPProvider, Web3
from web3.contract.contract import Contract as BoundContract
from web3.exceptions import (
    ContractLogicError,
    TimeExhausted,
    TransactionNotFound,
    Web3Exception,
    Web3RPCError,
)

from zkmargin.chain.contract_build import Abi
from zkmargin.chain.contract_words import ContractWords, Event
from zkmargin.chain.key import Key
from zkmargin.chain.local_node import LOCAL_CHAIN_IDS
from zkmargin.chain.log_reader import LogReader
from zkmargin.errors import ChainError, NodeRefused
from zkmargin.web_address import without_path

T = TypeVar("T")

# Their debug lines hold a node's whole address, and with it a provider's key.
for _library in ("web3", "urllib3"):
    logging.getLogger(_library).setLevel(logging.INFO)

_GAS_MARGIN: Final = 120  # gas limit, of the estimate [percent]
_WEI: Final = 10**18
_POLL: Final = 0.1  # [s]
_TOO_MUCH: Final = (400, 413, 422)  # HTTP status of a question that a node does not take


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction.

    gas        used, all of it: base cost, calldata, execution
    contract   address of the contract that it created, None if it created none
    """

    transaction: str
    block: int
    gas: int
    events: tuple[Event, ...]
    contract: str | None = None

    def event(self, name: str) -> Event:
        """The first event of a name; raises ChainError if there is none."""
        for event in self.events:
            if event.name == name:
                return event
        raise ChainError(f"transaction {self.transaction} has no event {name}")


class Connection:
    """One node of one chain.

    chain_id     as the node says
    log_reader   asks for logs as the node allows
    """

    def __init__(self, url: str, words: ContractWords, *, timeout: float = 30.0) -> None:
        self.shown_url = without_path(url)
        self.words = words
        self._timeout = timeout
        self.web3 = Web3(HTTPProvider(url, request_kwargs={"timeout": timeout}))
        self.log_reader = LogReader(self._get_logs)
        self.chain_id = self.ask(lambda: self.web3.eth.chain_id)

    @property
    def is_local(self) -> bool:
        """Whether the chain id is one that only local nodes have."""
        return self.chain_id in LOCAL_CHAIN_IDS

    @property
    def time(self) -> int:
        """Time of the latest block [s]."""
        return int(self.ask(lambda: self.web3.eth.get_block("latest"))["timestamp"])

    @property
    def block(self) -> int:
        """Number of the latest block."""
        return int(self.ask(lambda: self.web3.eth.block_number))

    def bind(self, address: str, abi: Abi) -> Any:
        """The contract at an address, for `call` and `send`; its functions are its ABI's."""
        return self.web3.eth.contract(address=Web3.to_checksum_address(address), abi=abi)

    def call(self, function: Any, sender: str | None = None) -> Any:
        """What a view answers; raises Reverted or ChainError."""
        options = {"from": sender} if sender else {}
        return self.ask(lambda: function.call(options), function.fn_name)

    def send(self, key: Key, function: Any, action: str) -> Receipt:
        """Estimates, signs, sends and awaits one transaction.

        function   a bound function of `bind`, or a constructor
        action     what it is, for messages
        raises     Reverted if the contract refuses; ChainError if the sender cannot pay, the node
                   fails, or no block takes the transaction in time
        """
        gas = self.estimate(key.address, function, action)
        limit = gas * _GAS_MARGIN // 100
        nonce = self.ask(lambda: self.web3.eth.get_transaction_count(_address(key), "pending"))
        options = {"from": key.address, "nonce": nonce, "gas": limit, "chainId": self.chain_id}
        transaction = self.ask(lambda: function.build_transaction(options), action)
        self._check_funds(key, limit * int(transaction.get("maxFeePerGas", 0)), action)
        signed = key.account.sign_transaction(transaction)
        sent = self.ask(lambda: self.web3.eth.send_raw_transaction(signed.raw_transaction), action)
        return self._receipt(bytes(sent), transaction, action)

    def estimate(self, sender: str, function: Any, action: str) -> int:
        """Gas that a transaction would use; raises Reverted if the contract would refuse it."""
        return int(self.ask(lambda: function.estimate_gas({"from": sender}), action))

    def code_hash(self, address: str) -> str | None:
        """Keccak of the code at an address, 0x..; None if there is none."""
        code = self.ask(lambda: self.web3.eth.get_code(Web3.to_checksum_address(address)))
        return Web3.keccak(code).to_0x_hex() if code else None

    def logs(self, address: str, first: int, topics: list[Any]) -> Iterator[Any]:
        """The logs of a contract with these topics, from a block to the latest."""
        query = _query([address], topics)
        for logs in self.log_reader.oldest_first(query, first, self.block):
            yield from logs

    def events(
        self, addresses: Sequence[str], first: int, topics: list[Any], last: int | None = None
    ) -> Iterator[Event]:
        """The events of contracts with these topics, from a block to another; to the latest."""
        last = self.block if last is None else last
        for logs in self.log_reader.oldest_first(_query(addresses, topics), first, last):
            yield from self.words.events(logs)

    def newest_events(self, address: str, first: int, topics: list[Any]) -> Iterator[Event]:
        """The events of a contract from a block on, the newest first."""
        query = _query([address], topics)
        for logs in self.log_reader.newest_first(query, first, self.block):
            yield from reversed(self.words.events(logs))

    def local_time(self, timestamp: int) -> None:
        """Mines a block at a time [s], on a local chain; raises ChainError elsewhere."""
        if not self.is_local:
            raise ChainError(f"the time of chain {self.chain_id} cannot be set: it is not local")
        for method, values in (("evm_setNextBlockTimestamp", [timestamp]), ("evm_mine", [])):
            self.ask(lambda m=method, v=values: self.web3.manager.request_blocking(m, v))  # type: ignore[misc]

    def ask(self, question: Callable[[], T], action: str = "") -> T:
        """The answer to a question to the node; its failures become errors of this package."""
        with self._failures(action):
            return question()

    def _get_logs(self, query: Any) -> list[Any]:
        return list(self.ask(lambda: self.web3.eth.get_logs(query), "logs"))

    @contextmanager
    def _failures(self, action: str) -> Iterator[None]:
        try:
            yield
        except ContractLogicError as error:
            raise self.words.reverted(action or "call", _revert_data(error)) from None
        except Web3RPCError as error:
            raise NodeRefused(f"{action or 'the node'}: {_rpc_words(error)}") from None
        except HTTPError as error:
            status = 0 if error.response is None else error.response.status_code
            refused = NodeRefused if status in _TOO_MUCH else ChainError
            raise refused(f"the node at {self.shown_url} answers HTTP {status}") from None
        except (RequestException, OSError) as error:
            words = f"the node at {self.shown_url} cannot be reached: {type(error).__name__}"
            raise ChainError(words) from None
        except Web3Exception as error:
            words = f"{action or 'the node'}: {type(error).__name__}: {error}"
            raise ChainError(words) from None

    def _check_funds(self, key: Key, cost: int, action: str) -> None:
        balance = self.ask(lambda: self.web3.eth.get_balance(_address(key)))
        if balance < cost:
            have, need = balance / _WEI, cost / _WEI
            raise ChainError(f"{action}: {key.address} has {have:.6f}, the gas may take {need:.6f}")

    def _receipt(self, sent: bytes, transaction: Any, action: str) -> Receipt:
        try:
            found = self.ask(
                lambda: self.web3.eth.wait_for_transaction_receipt(
                    HexBytes(sent), timeout=self._timeout, poll_latency=_POLL
                ),
                action,
            )
        except (TimeExhausted, TransactionNotFound):
            raise ChainError(f"{action}: no block took 0x{sent.hex()} in time") from None
        if found["status"] != 1:
            self._replay(transaction, int(found["blockNumber"]), action)
        return Receipt(
            transaction=f"0x{sent.hex()}",
            block=int(found["blockNumber"]),
            gas=int(found["gasUsed"]),
            events=self.words.events(found["logs"]),
            contract=found.get("contractAddress"),
        )

    def _replay(self, transaction: Any, block: int, action: str) -> None:
        """Asks again for the reason of a transaction that a block took and that failed."""
        again: Any = {
            k: transaction[k] for k in ("from", "to", "data", "value") if k in transaction
        }
        self.ask(lambda: self.web3.eth.call(again, block), action)
        raise ChainError(f"{action}: the transaction failed, and would not fail now")


def constructor(connection: Connection, abi: Abi, bytecode: str, arguments: list[Any]) -> Any:
    """The transaction that creates a contract."""
    factory: type[BoundContract] = connection.web3.eth.contract(abi=abi, bytecode=bytecode)
    return factory.constructor(*arguments)


def _query(addresses: Sequence[str], topics: list[Any]) -> dict[str, Any]:
    return {"address": [Web3.to_checksum_address(a) for a in addresses], "topics": topics}


def _address(key: Key) -> Any:
    return Web3.to_checksum_address(key.address)


def _revert_data(error: ContractLogicError) -> bytes:
    data = error.data
    if isinstance(data, dict):  # some nodes wrap it
        data = data.get("data", "")
    try:
        return bytes.fromhex(str(data or "").removeprefix("0x"))
    except ValueError:
        return b""


def _rpc_words(error: Web3RPCError) -> str:
    response = error.rpc_response or {}
    detail = response.get("error")
    return (
        str(detail["message"]) if isinstance(detail, dict) and "message" in detail else str(error)
    )
