# SPDX-License-Identifier: Apache-2.0
"""The auction house from Python: start, bid, settle, and what ends an auction otherwise."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from eth_utils.address import to_checksum_address

from zkmargin.auction_stage import Stage
from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.registry import Registry
from zkmargin.chain.settlement import HOUSE, ProvenSettlement, award_fee
from zkmargin.chain.system import System
from zkmargin.liquidation import Terms
from zkmargin.proving.solidity_verifier import contract_proof
from zkmargin.units import FRACTION_ONE


@dataclass(frozen=True, slots=True)
class AuctionState:
    """The public state of an auction; times are the registry clock's [s].

    version     version of the account that a bid must name
    epoch       whose snapshot prices the present award
    discount    price factor of the present award, or of a bid made now [1e-6]
    target      level that the slice restores [bps]
    bond, max_price, reserved   [1e-6 quote]
    """

    id: int
    account: int
    episode: int
    startedAt: int  # noqa: N815 - the contract's names
    bidAt: int  # noqa: N815
    deadline: int
    version: int
    epoch: int
    stage: Stage
    discount: int
    target: int
    maxFraction: int  # noqa: N815
    winner: str
    bond: int
    maxPrice: int  # noqa: N815
    reserved: int

    @property
    def terms(self) -> Terms:
        """What fixes the slice of the present award."""
        return Terms(self.discount, self.reserved, self.target)


@dataclass(frozen=True, slots=True)
class SettledSlice:
    """A slice that was sold: of which version of the account, on which terms, at which epoch."""

    version: int
    terms: Terms
    epoch: int


@dataclass(frozen=True)
class AuctionHouse:
    """The auction house of a system; every action is one transaction of `key`.

    All of them raise Reverted, with the contract's error, or ChainError; the views DeploymentError
    if the deployment has no auction house.
    """

    system: System

    def auction(self, id_: int) -> AuctionState:
        """An auction; while it is bidding, with the price factor of a bid made now."""
        view, functions = self.system.connection.call, self.system.auction_house.functions
        interface = self.system.contracts["ILiquidationAuction"]
        stored = dict(zip(interface.returned("auction"), view(functions.auction(id_)), strict=True))
        stored |= {"id": id_, "stage": Stage(stored["stage"])}
        if stored["stage"] is Stage.BIDDING:
            stored["discount"], _ = view(functions.discountOf(id_))
            stored["target"] = self.params()["target"]
        return AuctionState(**{f.name: stored[f.name] for f in fields(AuctionState)})

    def auction_of(self, account: int) -> int:
        """Id of an account's latest auction, 0 if it never had one."""
        function = self.system.auction_house.functions.auctionOf(account)
        return int(self.system.connection.call(function))

    def slices(self, id_: int) -> list[SettledSlice]:
        """Every slice that an auction has sold, from its events: what the owner needs to follow."""
        deployment = self.system.deployment
        address, topic = deployment.address(HOUSE), f"0x{id_:064x}"
        sold: list[SettledSlice] = []
        version = reserved = 0
        award: dict[str, Any] = {}
        for event in self.system.connection.events([address], deployment.block, [None, topic]):
            if event.name == "Started":
                version = int(event.arguments["version"])
            elif event.name == "BidAwarded":
                award = dict(event.arguments)
            elif event.name == "SliceSettled":
                terms = Terms(award["discount"], reserved, award["target"])
                sold.append(SettledSlice(version + len(sold), terms, award["epoch"]))
                reserved += event.arguments["price"]
        return sold

    def params(self) -> dict[str, Any]:
        """The numbers of the house, by the contract's names; curve and keeper as tuples."""
        values = self.system.connection.call(self.system.auction_house.functions.params())
        names = self.system.contracts["ILiquidationAuction"].returned("params")
        return dict(zip(names, values, strict=True))

    def owed(self, who: str) -> int:
        """What an address can withdraw [1e-6 quote]."""
        return int(self.system.connection.call(self.system.auction_house.functions.owed(who)))

    def start(self, key: Key, account: int) -> Receipt:
        """Starts the auction of a Liquidatable account; pays who reported it from its bounty."""
        return self._send(key, "start", f"start the auction of account {account}", account)

    def bid(
        self, key: Key, id_: int, epoch: int, *, most: int, fraction: int = FRACTION_ONE,
        target: int | None = None,
    ) -> Receipt:  # fmt: skip
        """Accepts the price factor of now for a slice under the latest epoch's snapshot.

        most       that the slice may cost [1e-6 quote]; the bond is in proportion
        fraction   largest slice [1e-6]
        target     level that it restores [bps]; the house's unless told, or one below 10000
        """
        state, functions = self.auction(id_), self.system.auction_house.functions
        bond = int(self.system.connection.call(functions.bondOf(id_, most)))
        self._approve(key, bond)
        award = (most, fraction, state.target if target is None else target, state.version, epoch)
        return self._send(key, "bid", f"bid in auction {id_}", id_, award)

    def settle(self, key: Key, id_: int, proven: ProvenSettlement, holder: str) -> Receipt:
        """Settles the present award; the sender is the winner and pays for slice, lot and fee.

        holder   bonded opening holder of the lot
        """
        made = proven.made
        self._approve(key, made.slice.price + made.top_up + award_fee(made, self.params()["fee"]))
        liquidation, lot = (
            contract_proof(proven.liquidation.proof),
            contract_proof(proven.lot.proof),
        )
        declared = proven.declared(to_checksum_address(holder))
        return self._send(key, "settle", f"settle auction {id_}", id_, declared, liquidation, lot)

    def slash(self, key: Key, id_: int) -> Receipt:
        """Takes the bond of a winner whose time is over, and goes on with the bidding."""
        return self._send(key, "slash", f"slash the winner of auction {id_}", id_)

    def void(self, key: Key, id_: int) -> Receipt:
        """Ends an auction whose account was cured."""
        return self._send(key, "void", f"end auction {id_}", id_)

    def fail(self, key: Key, id_: int) -> Receipt:
        """Ends an auction that found no bidder; its account is Liquidatable again."""
        return self._send(key, "fail", f"end auction {id_}", id_)

    def withdraw(self, key: Key) -> Receipt:
        """Pays out what the sender is owed."""
        return self._send(key, "withdraw", "withdraw from the auction house", key.address)

    def _approve(self, key: Key, amount: int) -> None:
        address = self.system.deployment.address(HOUSE)
        Registry(self.system).approve(key, amount, address)

    def _send(self, key: Key, name: str, action: str, *arguments: Any) -> Receipt:
        function = getattr(self.system.auction_house.functions, name)(*arguments)
        return self.system.connection.send(key, function, action)
