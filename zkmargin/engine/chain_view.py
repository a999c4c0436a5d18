# SPDX-License-Identifier: Apache-2.0
"""A deployed system at one block."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from zkmargin.auction_stage import Stage
from zkmargin.chain.account import account_state
from zkmargin.chain.feed import Feed
from zkmargin.chain.system import System
from zkmargin.engine.view import AccountView, AuctionView, Clock
from zkmargin.errors import SnapshotError
from zkmargin.registry.status import Status
from zkmargin.snapshot import Snapshot

AUCTION_HOUSE: Final = "LiquidationAuction"

_PHASE_CALLED: Final = 2  # of the contract's Phase: None, Open, Called
_SETTLED_DEPTH: Final = 64  # blocks that a reorganisation does not reach


@dataclass
class Registered:
    """Ids of all accounts that were ever opened, read from the registry's events, each block once.

    What was found in blocks that may still be undone is read again.
    """

    system: System
    _certain: set[int] = field(default_factory=set)
    _scanned: int = -1

    def ids(self, head: int) -> tuple[int, ...]:
        """The ids up to a block, increasing."""
        address = self.system.deployment.address("MarginRegistry")
        first = max(self._scanned + 1, self.system.deployment.block)
        topic = self.system.registry.events.Opened().topic
        found = self.system.connection.logs(address, first, [topic])
        opened = {int(log["topics"][1].hex(), 16): int(log["blockNumber"]) for log in found}
        self._certain |= {a for a, number in opened.items() if number <= head - _SETTLED_DEPTH}
        self._scanned = max(self._scanned, head - _SETTLED_DEPTH)
        return tuple(sorted(self._certain | {a for a, n in opened.items() if n <= head}))


class ChainView:
    """What the contracts say at one block."""

    def __init__(
        self,
        system: System,
        block: Any,
        registered: Registered,
        snapshots: dict[int, Snapshot],
        feed: Feed,
    ) -> None:
        self.system = system
        self._block = block
        self._registered = registered
        self._snapshots = snapshots
        self._feed = feed

    @cached_property
    def clock(self) -> Clock:
        """Time, epoch and breaker level."""
        oracle, registry = self.system.oracle.functions, self.system.registry.functions
        epoch = int(self._at(oracle.latestEpoch()))
        now, _ = self._at(registry.clock())
        return Clock(
            block=self._block["hash"].to_0x_hex(),
            time=int(self._block["timestamp"]),
            clock=int(now),
            epoch=epoch,
            market=int(self._at(oracle.snapshotHash(epoch))) if epoch else 0,
            level=int(self._at(oracle.level())),
            window=self._window,
        )

    def accounts(self) -> tuple[int, ...]:
        """Ids of all accounts that were ever opened, increasing."""
        return self._registered.ids(int(self._block["number"]))

    def account(self, account: int) -> AccountView:
        """The public state of an account."""
        functions = self.system.registry.functions
        stored = self._named("IMarginRegistry", "account", self._at(functions.account(account)))
        status = int(self._at(functions.status(account)))
        state = account_state(account, status, stored, int(self._at(functions.bounty(account))))
        return AccountView(
            id=account,
            status=Status(status),
            commitment=state.commitment,
            version=state.version,
            episode=state.episode,
            proven_epoch=state.proven_epoch,
            commit_epoch=state.commit_epoch,
            call_epoch=state.call_epoch,
            deadline=state.deadline,
            owner=state.owner,
            bounty=state.bounty,
            unrecorded=status == Status.PRESUMED and stored["phase"] == _PHASE_CALLED,
        )

    def auction_of(self, account: int) -> AuctionView | None:
        """The latest auction of an account; None without an auction house."""
        if AUCTION_HOUSE not in self.system.deployment.contracts:
            return None
        house = self._house
        id_ = int(self._at(house.functions.auctionOf(account)))
        if id_ == 0:
            return None
        a = self._named("ILiquidationAuction", "auction", self._at(house.functions.auction(id_)))
        bidding = a["stage"] == Stage.BIDDING
        discount, elapsed = a["discount"], max(0, a["bidAt"] - a["startedAt"])
        if bidding:  # by the house itself: a freeze of the breaker begins the bidding time anew
            discount, elapsed = self._at(house.functions.discountOf(id_))
        params = self._house_params
        opens, closes, ends = self._bidding_times
        return AuctionView(
            id=id_,
            account=account,
            episode=a["episode"],
            version=a["version"],
            stage=Stage(a["stage"]),
            discount=int(discount),
            elapsed=int(elapsed),
            opens=opens,
            closes=closes,
            ends=ends,
            deadline=a["deadline"],
            target=params["target"] if bidding else a["target"],
            reserved=a["reserved"],
            epoch=a["epoch"],
            winner=a["winner"],
            max_price=a["maxPrice"],
            max_fraction=a["maxFraction"],
        )

    def snapshot(self, epoch: int) -> Snapshot | None:
        """The market of an epoch, rebuilt from logs; None if it is unknown or no longer kept."""
        hash_ = int(self._at(self.system.oracle.functions.snapshotHash(epoch)))
        if hash_ == 0:
            return None
        if hash_ not in self._snapshots:
            try:
                found = self._feed.snapshot(epoch)
            except SnapshotError:
                return None
            self._snapshots[found.hash] = found
        return self._snapshots.get(hash_)

    @property
    def _window(self) -> int:
        values = self._at(self.system.registry.functions.params())
        return int(self._named("IMarginRegistry", "params", values)["window"])

    @cached_property
    def _house(self) -> Any:
        address = self.system.deployment.address(AUCTION_HOUSE)
        abi = self.system.contracts["ILiquidationAuction"].abi
        return self.system.connection.bind(address, abi)

    @cached_property
    def _house_params(self) -> dict[str, Any]:
        values = self._at(self._house.functions.params())
        return self._named("ILiquidationAuction", "params", values)

    @property
    def _bidding_times(self) -> tuple[int, int, int]:
        """When all may begin to bid, when they no longer may, and when the pool no longer may [s].

        A house without a pool has neither of the pool's windows.
        """
        params = self._house_params
        pool = "PoolVault" in self.system.deployment.contracts
        opens = int(params["poolWindow"]) if pool else 0
        closes = opens + int(params["curve"]["duration"])
        return opens, closes, closes + (int(params["backstopWindow"]) if pool else 0)

    def _at(self, function: Any) -> Any:
        """What a view answers at the block."""
        block = self._block["hash"]  # not its number: that may be another block's by now
        ask = self.system.connection.ask
        return ask(lambda: function.call(block_identifier=block), function.fn_name)

    def _named(self, interface: str, function: str, values: Any) -> dict[str, Any]:
        """A struct that a view returned, by its fields' names."""
        abi = self.system.contracts[interface].abi
        (entry,) = (e for e in abi if e["type"] == "function" and e["name"] == function)
        return _struct(entry["outputs"][0]["components"], values)


def _struct(components: list[Any], values: Any) -> dict[str, Any]:
    """The fields of a struct by name, structs in it likewise."""
    return {
        c["name"]: _struct(c["components"], value) if c["type"] == "tuple" else value
        for c, value in zip(components, values, strict=True)
    }
