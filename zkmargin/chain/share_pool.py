# SPDX-License-Identifier: Apache-2.0
"""The share pool from Python: it buys slices, and `nav` proofs of its accounts price its shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from zkmargin.book import Book
from zkmargin.chain.auction import AuctionHouse
from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.registry import Registry
from zkmargin.chain.settlement import ProvenSettlement
from zkmargin.chain.system import System
from zkmargin.nav_proof import NavProof, prove_nav
from zkmargin.progress import Progress
from zkmargin.proving.solidity_verifier import contract_proof
from zkmargin.snapshot import Snapshot
from zkmargin.units import FRACTION_ONE

POOL = "PoolVault"
VIRTUAL = 10**6  # share units that belong to nobody [1e-12 share]; SharePrice.sol says why


@dataclass(frozen=True, slots=True)
class Request:
    """What a holder has asked for, [1e-6 quote] or [1e-12 share].

    epoch    latest one when it was asked
    priced   whether it can be served
    """

    amount: int
    epoch: int
    priced: bool


@dataclass(frozen=True, slots=True)
class Pricing:
    """One pricing of all shares: value [1e-6 quote] over supply [1e-12 share]."""

    epoch: int
    value: int
    supply: int

    def worth(self, shares: int) -> int:
        """What shares are paid at this price, down [1e-6 quote]."""
        return shares * self.value // (self.supply + VIRTUAL)


@dataclass(frozen=True, slots=True)
class SharePoolState:
    """The pool in public figures [1e-6 quote].

    supply   shares, those too that are minted or asked back and not served [1e-12 share]
    queued   cash that waits for shares
    owed     cash of redemptions that wait to be served
    latest   pricing, None before the first
    """

    supply: int
    free_cash: int
    queued: int
    owed: int
    accounts: tuple[int, ...]
    latest: Pricing | None


@dataclass(frozen=True)
class SharePool:
    """The pool of a system; `bid`, `settle` and `fund` are its manager's, the rest anyone's.

    All of them raise Reverted, with the contract's error, ChainError, or DeploymentError if the
    deployment has no pool.
    """

    system: System

    @property
    def address(self) -> str:
        """Address of the pool, which owns its accounts."""
        return self.system.deployment.address(POOL)

    @property
    def accounts(self) -> tuple[int, ...]:
        """Ids of its accounts, in the order in which they are priced."""
        return tuple(self._view("accounts"))

    @property
    def free_cash(self) -> int:
        """Cash that is neither queued nor owed [1e-6 quote]."""
        return int(self._view("freeCash"))

    def shares(self, holder: str) -> int:
        """Shares of a holder [1e-12 share]."""
        return int(self._view("balanceOf", holder))

    def state(self) -> SharePoolState:
        """What the pool has now, and its latest price."""
        return SharePoolState(
            supply=int(self._view("totalSupply")),
            free_cash=self.free_cash,
            queued=int(self._view("queuedCash")),
            owed=int(self._view("owedCash")),
            accounts=self.accounts,
            latest=self._latest_pricing(),
        )

    def deposit_of(self, holder: str) -> Request:
        """A holder's cash that waits for shares [1e-6 quote]."""
        return self._request("deposits", holder)

    def redemption_of(self, holder: str) -> Request:
        """A holder's shares that wait for cash [1e-12 share]."""
        return self._request("redemptions", holder)

    def request_deposit(self, key: Key, amount: int) -> Receipt:
        """Queues cash for shares [1e-6 quote], at the price of a later epoch."""
        Registry(self.system).approve(key, amount, self.address)
        return self._send(key, "requestDeposit", "queue a deposit in the share pool", amount)

    def request_redemption(self, key: Key, shares: int) -> Receipt:
        """Queues shares for cash [1e-12 share], at the price of a later epoch."""
        return self._send(key, "requestRedemption", "queue shares for redemption", shares)

    def prove(self, book: Book, snapshot: Snapshot, progress: Progress | None = None) -> NavProof:
        """What an account of the pool is worth; raises as `prove_nav`."""
        deployment = self.system.deployment
        return prove_nav(
            book,
            snapshot,
            domain=deployment.domain("nav"),
            preset=deployment.preset("nav"),
            progress=progress,
        )

    def price(self, key: Key, epoch: int, proofs: Sequence[NavProof]) -> Receipt:
        """Prices everything queued before the latest epoch.

        proofs   one an account, in the order of `accounts`
        """
        values = [proof.statement.nav for proof in proofs]
        words = [contract_proof(proof.proof) for proof in proofs]
        return self._send(key, "price", "price the share pool", epoch, values, words)

    def serve_deposit(self, key: Key, holder: str) -> Receipt:
        """Hands out the shares of a priced deposit."""
        return self._send(key, "serveDeposit", "serve a deposit", holder)

    def serve_redemption(self, key: Key, holder: str) -> Receipt:
        """Pays a priced redemption."""
        return self._send(key, "serveRedemption", "serve a redemption", holder)

    def bid(
        self, manager: Key, id_: int, epoch: int, *, most: int, target: int | None = None
    ) -> Receipt:
        """Bids for the pool, in its window or outside it; the bond is free cash.

        most, target   as of AuctionHouse.bid
        """
        state = AuctionHouse(self.system).auction(id_)
        level = state.target if target is None else target
        award = (most, FRACTION_ONE, level, state.version, epoch)
        return self._send(manager, "bid", f"bid in auction {id_}", id_, award)

    def settle(self, manager: Key, id_: int, proven: ProvenSettlement, holder: str) -> Receipt:
        """Settles an award of the pool; the lot is an account of the pool, paid with free cash."""
        liquidation, lot = (
            contract_proof(proven.liquidation.proof),
            contract_proof(proven.lot.proof),
        )
        declared = proven.declared(to_checksum_address(holder))
        action = f"settle auction {id_}"
        return self._send(manager, "settle", action, id_, declared, liquidation, lot)

    def fund(self, manager: Key, account: int, amount: int) -> Receipt:
        """Moves free cash [1e-6 quote] towards the book of an account of the pool."""
        return self._send(manager, "fund", f"fund account {account}", account, amount)

    def _request(self, name: str, holder: str) -> Request:
        amount, epoch = self._view(name, holder)
        *_, pricing = self._view("buckets", epoch)
        return Request(int(amount), int(epoch), priced=amount > 0 and pricing > 0)

    def _latest_pricing(self) -> Pricing | None:
        topics: list[Any] = [self.system.share_pool.events.Priced().topic]
        first = self.system.deployment.block
        for event in self.system.connection.newest_events(self.address, first, topics):
            return Pricing(*(int(event.arguments[name]) for name in ("epoch", "value", "supply")))
        return None

    def _view(self, name: str, *arguments: Any) -> Any:
        function = getattr(self.system.share_pool.functions, name)(*arguments)
        return self.system.connection.call(function)

    def _send(self, key: Key, name: str, action: str, *arguments: Any) -> Receipt:
        function = getattr(self.system.share_pool.functions, name)(*arguments)
        return self.system.connection.send(key, function, action)
