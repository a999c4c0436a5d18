# SPDX-License-Identifier: Apache-2.0
"""The library in one page: a private book, a public market, a proof, and its verification."""

from pathlib import Path

from zkmargin.documents.book_document import load_book
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.margin import healthy, margin
from zkmargin.margin_proof import fitting_preset, margin_artifacts, prove_margin, verify_margin
from zkmargin.proving.artifacts import build

EXAMPLES = Path(__file__).parent


def main() -> None:
    """Prints the margin, which is the owner's secret, and the statement, which is everyone's."""
    book = load_book(EXAMPLES / "eth_book.json")  # private
    snapshot = load_snapshot(EXAMPLES / "eth_snapshot.json")  # public

    report = margin(book, snapshot)  # the specification, in integers
    print(report.nav, report.mmr, report.worst_scenario)  # 1e-6 USDC
    if not healthy(report, level=10_000):  # 1.00 x MMR
        raise SystemExit("short of margin: no proof exists")

    preset = fitting_preset(book, snapshot)
    build(preset.name)  # once: circuit and development key
    proof = prove_margin(book, snapshot, level=10_000)
    print(proof.statement)  # all that anyone else sees

    key = margin_artifacts(preset).verifying_key
    print(verify_margin(proof, key))  # py_ecc and native


if __name__ == "__main__":
    main()
