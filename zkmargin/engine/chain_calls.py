# SPDX-License-Identifier: Apache-2.0
"""The contract call of an action, and the proofs that a deployment's verifiers accept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from eth_utils.address import to_checksum_address

from zkmargin.book import Book
from zkmargin.chain.deployment import Deployment
from zkmargin.chain.statements import prove_for, prove_short_for
from zkmargin.chain.system import System
from zkmargin.engine.action import Action, Kind, canonical
from zkmargin.engine.chain_settlement import proof_words, settlement_call, settlement_text
from zkmargin.engine.chain_view import AUCTION_HOUSE
from zkmargin.errors import ProvingError
from zkmargin.proving.groth16 import Proof
from zkmargin.proving.solidity_verifier import contract_proof
from zkmargin.snapshot import Snapshot


class ChainAttestor:
    """Groth16 proofs for a deployment; shortfalls name the sender, who is paid for them.

    holder   bonded opening holder of lots that are won; the sender unless told
    """

    def __init__(self, deployment: Deployment, sender: str, holder: str = "") -> None:
        self.deployment = deployment
        self.sender = sender
        self.holder = holder or sender

    def attest(self, action: Action, book: Book, snapshot: Snapshot) -> Action:
        """The action with its proof; raises ProvingError if the statement is not true."""
        if action.kind == Kind.PROVE:
            return action.proven(proof_text(prove_for(self.deployment, book, snapshot).proof))
        if action.kind == Kind.REPORT:
            made = prove_short_for(self.deployment, book, snapshot, self.sender)
            return action.proven(proof_text(made.proof))
        if action.kind == Kind.SETTLE:
            return action.proven(
                settlement_text(self.deployment, action, book, snapshot, self.sender, self.holder)
            )
        raise ProvingError(f"{action.kind}: needs no proof")


def call_of(system: System, action: Action, sender: str) -> Any:
    """The bound call of an action; raises ProvingError if the deployment has no such contract."""
    if action.kind in _REGISTRY:
        return _REGISTRY[action.kind](system.registry.functions, action, sender)
    if action.kind not in _HOUSE or AUCTION_HOUSE not in system.deployment.contracts:
        raise ProvingError(f"{action.kind}: this deployment has no contract for it")
    abi = system.contracts["ILiquidationAuction"].abi
    house = system.connection.bind(system.deployment.address(AUCTION_HOUSE), abi)
    return _HOUSE[action.kind](house.functions, action)


_REGISTRY: Final[Mapping[Kind, Callable[[Any, Action, str], Any]]] = {
    Kind.PROVE: lambda f, a, _: f.prove(a.account, a.epoch, _words(a.proof)),
    Kind.CALL: lambda f, a, _: f.call(a.account),
    Kind.EXPIRE: lambda f, a, _: f.expire(a.account),
    Kind.REPORT: lambda f, a, sender: f.reportShortfall(
        a.account, a.epoch, _words(a.proof), to_checksum_address(sender)
    ),
}

_HOUSE: Final[Mapping[Kind, Callable[[Any, Action], Any]]] = {
    Kind.START: lambda f, a: f.start(a.account),
    Kind.BID: lambda f, a: f.bid(a.auction, _award(a)),
    Kind.SETTLE: settlement_call,
    Kind.SLASH: lambda f, a: f.slash(a.auction),
    Kind.FAIL: lambda f, a: f.fail(a.auction),
    Kind.VOID: lambda f, a: f.void(a.auction),
}


def _award(action: Action) -> tuple[int, int, int, int, int]:
    """Terms of a bid in the order of the contract's struct."""
    given = action.arguments
    fraction, target = given.get("max_fraction", 10**6), given["target"]
    return (given["max_price"], fraction, target, action.expects.version, action.epoch)


def proof_text(proof: Proof) -> str:
    """A proof as actions carry it."""
    return canonical(contract_proof(proof))


def _words(text: str) -> Any:
    return proof_words(json.loads(text))
