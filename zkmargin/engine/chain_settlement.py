# SPDX-License-Identifier: Apache-2.0
"""The settlement of an award at a deployment, as an action's text and as the contract's call."""

from __future__ import annotations

import json
from typing import Any

from eth_utils.address import to_checksum_address

from zkmargin.book import Book
from zkmargin.chain.deployment import Deployment
from zkmargin.chain.settlement import Winner, prove_settlement
from zkmargin.engine.action import Action, canonical
from zkmargin.liquidation import Terms
from zkmargin.proving.solidity_verifier import contract_proof
from zkmargin.snapshot import Snapshot


def settlement_text(
    deployment: Deployment,
    action: Action,
    book: Book,
    snapshot: Snapshot,
    sender: str,
    holder: str,
) -> str:
    """Both proofs of a settlement, and what the winner declares.

    action   with the award's terms and the lot's identity in its arguments
    holder   bonded opening holder of the lot
    raises   as `prove_settlement`
    """
    given = action.arguments
    terms = Terms(given["discount"], given["reserved"], given["target"])
    winner = Winner(sender, given["lot_account"], given["initial_level"])
    proven = prove_settlement(deployment, book, snapshot, terms, winner)
    return canonical(
        {
            "declared": proven.declared(holder),
            "liquidation": contract_proof(proven.liquidation.proof),
            "lot": contract_proof(proven.lot.proof),
        }
    )


def settlement_call(functions: Any, action: Action) -> Any:
    """The bound call of a settlement."""
    made = json.loads(action.proof)
    declared = list(made["declared"])
    declared[7] = to_checksum_address(declared[7])
    return functions.settle(
        action.auction, tuple(declared), proof_words(made["liquidation"]), proof_words(made["lot"])
    )


def proof_words(made: list[Any]) -> Any:
    """A proof of a JSON document, as the contract takes it."""
    a, b, c = made
    return tuple(a), tuple(tuple(x) for x in b), tuple(c)
