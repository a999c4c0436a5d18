# SPDX-License-Identifier: Apache-2.0
"""The margin registry from Python: accounts, proofs, calls, shortfalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from zkmargin.book import Book
from zkmargin.chain.account import AccountState, AdvanceKind, account_state
from zkmargin.chain.connection import Receipt
from zkmargin.chain.key import Key
from zkmargin.chain.owner_signature import Change, sign_change
from zkmargin.chain.system import System
from zkmargin.commitment import commitment
from zkmargin.errors import BookError
from zkmargin.margin_proof import MarginProof
from zkmargin.proving.solidity_verifier import contract_proof
from zkmargin.registry.status import Status
from zkmargin.shortfall_proof import ShortfallProof

_SIGNATURE_TIME = 3_600  # how long an owner's signature may be used [s]


@dataclass(frozen=True)
class Registry:
    """One registry; every action is one transaction of `key`, estimated before it is sent.

    All of them raise Reverted, with the contract's error, or ChainError.
    """

    system: System

    def account(self, id_: int) -> AccountState:
        """An account as it is now."""
        view = self.system.connection.call
        functions = self.system.registry.functions
        stored = view(functions.account(id_))
        names = [c["name"] for c in self._account_components()]
        status, bounty = view(functions.status(id_)), view(functions.bounty(id_))
        return account_state(id_, status, dict(zip(names, stored, strict=True)), bounty)

    def params(self) -> dict[str, int]:
        """The numbers of the registry, by the contract's names."""
        values = self.system.connection.call(self.system.registry.functions.params())
        names = [c["name"] for c in self._output("params")["components"]]
        return dict(zip(names, values, strict=True))

    def clock(self) -> int:
        """The registry's clock: the chain's time less every second in which it stood [s]."""
        now, _ = self.system.connection.call(self.system.registry.functions.clock())
        return int(now)

    def open(
        self, book: Book, owner: Key, settlement: Key, holder: str, bounty: int,
        proof: MarginProof | None = None,
    ) -> Receipt:  # fmt: skip
        """Opens the account of a book; settlement sends and pays the bounty [1e-6 quote].

        proof    at the initial level under the latest snapshot; without one the account is Stale
        raises   BookError if the book's version is not the next one
        """
        state = self.account(book.account)
        self._check_version(book, state)
        change = self._change("Open", book.account, state, commitment(book), holder)
        evidence = self._signed(change, owner)
        self.approve(settlement, bounty)
        arguments = (book.account, change.commitment, owner.address, holder, bounty, evidence)
        function = self.system.registry.functions.open(*arguments, _proofs(proof))
        return self._send(settlement, function, f"open account {book.account}")

    def advance(
        self, book: Book, kind: AdvanceKind, owner: Key, settlement: Key,
        proof: MarginProof | None = None,
    ) -> Receipt:  # fmt: skip
        """Stores the commitment of the next book; raises BookError if it is not the next one."""
        state = self.account(book.account)
        self._check_version(book, state)
        change = self._change("Advance", book.account, state, commitment(book), state.holder)
        evidence = self._signed(change, owner)
        function = self.system.registry.functions.advance(
            book.account, change.commitment, int(kind), evidence, _proofs(proof)
        )
        return self._send(settlement, function, f"advance account {book.account}")

    def prove(self, key: Key, epoch: int, proof: MarginProof) -> Receipt:
        """Proves margin; answers a call, cures."""
        words = contract_proof(proof.proof)
        function = self.system.registry.functions.prove(proof.account, epoch, words)
        return self._send(key, function, f"prove account {proof.account}")

    def prove_batch(self, key: Key, proofs: Sequence[tuple[int, MarginProof]]) -> Receipt:
        """Proves the margin of many accounts in one transaction, with one pairing check.

        proofs   each with its epoch; the registry skips those that no longer count, and refuses all
                 if one that counts is invalid
        """
        items = [(proof.account, proof.version, epoch) for epoch, proof in proofs]
        words = [contract_proof(proof.proof) for _, proof in proofs]
        function = self.system.registry.functions.proveBatch(items, words)
        return self._send(key, function, f"prove {len(items)} accounts")

    def close(self, account: int, owner: Key, settlement: Key) -> Receipt:
        """Closes a Healthy account; its bounty is owed to the owner."""
        state = self.account(account)
        change = self._change("Close", account, state, 0, state.holder)
        function = self.system.registry.functions.close(account, self._signed(change, owner))
        return self._send(settlement, function, f"close account {account}")

    def call(self, key: Key, account: int) -> Receipt:
        """Calls a Stale account with the registry's bond."""
        self.approve(key, self.params()["callBond"])
        function = self.system.registry.functions.call(account)
        return self._send(key, function, f"call account {account}")

    def report_shortfall(self, key: Key, epoch: int, proof: ShortfallProof) -> Receipt:
        """Reports a shortfall; whoever the proof names is paid later, whoever sends it."""
        beneficiary = f"0x{proof.statement.beneficiary:040x}"
        words = contract_proof(proof.proof)
        function = self.system.registry.functions.reportShortfall(
            proof.account, epoch, words, to_checksum_address(beneficiary)
        )
        return self._send(key, function, f"report account {proof.account}")

    def expire(self, key: Key, account: int) -> Receipt:
        """Records that a call was not answered: fines the account and returns the bond."""
        function = self.system.registry.functions.expire(account)
        return self._send(key, function, f"record the silence of account {account}")

    def slash_holder(self, key: Key, account: int) -> Receipt:
        """Slashes the opening holder of a Presumed account; a tenth is the sender's."""
        function = self.system.registry.functions.slashHolder(account)
        return self._send(key, function, f"slash the opening holder of account {account}")

    def fund_bounty(self, key: Key, account: int, amount: int) -> Receipt:
        """Adds to what keepers are paid from when they act on an account [1e-6 quote]."""
        self.approve(key, amount)
        function = self.system.registry.functions.fundBounty(account, amount)
        return self._send(key, function, f"fund the bounty of account {account}")

    def revoke_signatures(self, owner: Key, account: int) -> Receipt:
        """Makes every signature of the owner that was not used invalid; the owner sends it."""
        function = self.system.registry.functions.revokeSignatures(account)
        return self._send(owner, function, f"revoke the signatures for account {account}")

    def approve(self, key: Key, amount: int, spender: str | None = None) -> None:
        """Lets a contract take an amount of quote [1e-6 quote], minted first on a local chain.

        spender   the registry unless told
        """
        token, connection = self.system.quote.functions, self.system.connection
        spender = spender or self.system.deployment.address("MarginRegistry")
        is_local = "LocalQuote" in self.system.deployment.contracts
        if is_local and connection.call(token.balanceOf(key.address)) < amount:
            self._send(key, token.mint(key.address, amount), "mint local quote")
        if connection.call(token.allowance(key.address, spender)) < amount:
            self._send(key, token.approve(spender, amount), "approve quote")

    def check_book(self, book: Book, state: AccountState) -> None:
        """Raises BookError unless the book is the one that the account is committed to."""
        if book.version != state.version:
            rule = f"account {state.id} is at version {state.version}"
            raise BookError("version", book.version, rule)
        if commitment(book) != state.commitment:
            rule = f"account {state.id} is committed to another book"
            raise BookError("commitment", f"{commitment(book):#066x}", rule)

    def _check_version(self, book: Book, state: AccountState) -> None:
        if book.version != state.version + 1:
            rule = f"must be {state.version + 1}: account {state.id} is at version {state.version}"
            raise BookError("version", book.version, rule)

    def _change(
        self, kind: str, account: int, state: AccountState, next_commitment: int, holder: str
    ) -> Change:
        return Change(
            kind=kind,
            account=account,
            version=state.version + 1,
            commitment=next_commitment,
            holder=holder,
            nonce=state.nonce,
            deadline=self.system.connection.time + _SIGNATURE_TIME,
        )

    def _signed(self, change: Change, owner: Key) -> bytes:
        deployment = self.system.deployment
        return sign_change(change, deployment.chain_id, deployment.address("MarginRegistry"), owner)

    def _send(self, key: Key, function: Any, action: str) -> Receipt:
        return self.system.connection.send(key, function, action)

    def _output(self, name: str) -> dict[str, Any]:
        abi = self.system.contracts["IMarginRegistry"].abi
        (entry,) = (e for e in abi if e["type"] == "function" and e["name"] == name)
        return dict(entry["outputs"][0])

    def _account_components(self) -> list[dict[str, Any]]:
        return list(self._output("account")["components"])


def is_over(status: Status) -> bool:
    """Whether no proof can help an account any more."""
    return status in (Status.NONE, Status.AWARDED, Status.CLOSED)


def _proofs(proof: MarginProof | None) -> list[Any]:
    return [] if proof is None else [contract_proof(proof.proof)]
