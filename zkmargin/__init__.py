# SPDX-License-Identifier: Apache-2.0
"""zkmargin proves that a hidden options book is above maintenance margin.

    Book, Slot, load_book           the private book
    Snapshot, load_snapshot         the public market
    margin, healthy, MarginReport   the specification, in integers
    commitment, ViewSecret          what the chain stores of a book, and what hides it
    MarginProver, MarginProof       proofs from a key that is loaded once
    MarginVerifier, ProofCheck      whether a proof is valid and says what is expected
    Statement                       all that a proof shows
    Cancelled, ZkMarginError        the errors: `zkmargin.errors` has the tree

A name is imported when it is first used, so `import zkmargin` itself costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zkmargin.book import Book, Slot
    from zkmargin.commitment import commitment
    from zkmargin.documents.book_document import load_book
    from zkmargin.documents.snapshot_document import load_snapshot
    from zkmargin.errors import Cancelled, ZkMarginError
    from zkmargin.margin import MarginReport, healthy, margin
    from zkmargin.margin_proof import MarginProof
    from zkmargin.snapshot import Snapshot
    from zkmargin.statement import Statement
    from zkmargin.wallet.prover import MarginProver
    from zkmargin.wallet.secret import ViewSecret
    from zkmargin.wallet.verifier import MarginVerifier, ProofCheck

__all__ = [
    "Book",
    "Cancelled",
    "MarginProof",
    "MarginProver",
    "MarginReport",
    "MarginVerifier",
    "ProofCheck",
    "Slot",
    "Snapshot",
    "Statement",
    "ViewSecret",
    "ZkMarginError",
    "__version__",
    "commitment",
    "healthy",
    "load_book",
    "load_snapshot",
    "margin",
]

__version__ = "0.1.0"

_HOMES: Final = {
    "Book": "book",
    "Cancelled": "errors",
    "MarginProof": "margin_proof",
    "MarginProver": "wallet.prover",
    "MarginReport": "margin",
    "MarginVerifier": "wallet.verifier",
    "ProofCheck": "wallet.verifier",
    "Slot": "book",
    "Snapshot": "snapshot",
    "Statement": "statement",
    "ViewSecret": "wallet.secret",
    "ZkMarginError": "errors",
    "commitment": "commitment",
    "healthy": "margin",
    "load_book": "documents.book_document",
    "load_snapshot": "documents.snapshot_document",
    "margin": "margin",
}


class _Library(ModuleType):
    """This package. `zkmargin.margin` is the function, whether its module is imported or not.

    An import would otherwise put the module `margin` into the place of the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Library
