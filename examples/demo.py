# SPDX-License-Identifier: Apache-2.0
"""The whole of zkmargin: a real options book from quotes to an account on a chain, then a crash.

    make demo

Every step up to 17 is a command that can be run by hand; only step 7 uses the library, to ask three
verifiers at once and to show that none of them accepts another statement. From 18 on two keepers of
the library act by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rich.table import Table

from examples import demo_chain, demo_liquidation
from examples.demo_steps import BUILD, EXAMPLES, console, seconds, step, zkmargin
from zkmargin.documents.proof_document import load_margin_proof
from zkmargin.documents.snapshot_document import load_snapshot
from zkmargin.proving.artifacts import artifact_home, load
from zkmargin.proving.groth16 import Proof, VerifyingKey
from zkmargin.proving.groth16 import verify as verify_reference
from zkmargin.proving.native_backend import verify_native
from zkmargin.proving.snarkjs_backend import verify_snarkjs

Verifier = Callable[[VerifyingKey, Proof, tuple[int, ...]], bool]
VERIFIERS: dict[str, Verifier] = {
    "py_ecc, the reference": verify_reference,
    "native, groth16py": verify_native,
    "snarkjs": verify_snarkjs,
}


def main() -> None:
    """Runs every step; the first one that goes otherwise than announced ends the demo."""
    BUILD.mkdir(parents=True, exist_ok=True)
    snapshot, book = BUILD / "snapshot.json", EXAMPLES / "eth_book.json"
    proof = BUILD / "proof.json"

    step("1. A public market: real ETH quotes become an arbitrage-free volatility surface")
    quotes = [str(EXAMPLES / "eth_quotes.csv"), "--format", "csv"]
    market = ["--index", "2681.603", "--perp-mark", "2681.603", "--params", "zkmargin_eth"]
    clock = ["--as-of", "1740000000", "--epoch", "1", "--feed", "1"]
    zkmargin("snapshot", "build", *quotes, *market, *clock, "-o", str(snapshot))

    step("2. A private book: strangle, covered calls, calendar, perp hedge, cash")
    console.print(book.read_text(), style="cyan")

    step("3. Its margin, by the reference (only the owner can compute this)")
    zkmargin("check", str(book), str(snapshot))

    step("4. The circuit: compiled, and a development key made for it")
    zkmargin("setup", "standard")
    made = load(artifact_home() / "margin_standard")
    console.print(f"{made.manifest.constraints:,} constraints, {made.manifest.wires:,} wires")

    step("5. The proof")
    zkmargin("prove", str(book), str(snapshot), "-o", str(proof))

    step("6. What the chain sees: four numbers and a proof of 256 bytes")
    shown = load_margin_proof(proof)
    for name in ("domain", "header", "commitment", "snapshot_hash"):
        console.print(f"  {name:<14} {getattr(shown.statement, name):#x}", style="green")
    console.print(f"  header = account {shown.account}, version {shown.version}, ", end="")
    console.print(f"level {shown.level / 10_000:.2f}")
    zkmargin("verify", str(proof), "--snapshot", str(snapshot))

    step("7. Three verifiers, and one public signal changed at a time")
    signals = shown.statement.signals
    table = Table("public signals", *VERIFIERS)
    table.add_row("as proven", *verdicts(made.verifying_key, shown.proof, signals, expected=True))
    for place, name in enumerate(("domain", "header", "commitment", "snapshotHash")):
        changed = (*signals[:place], signals[place] + 1, *signals[place + 1 :])
        answers = verdicts(made.verifying_key, shown.proof, changed, expected=False)
        table.add_row(f"{name} + 1", *answers)
    console.print(table)

    step("8. A book that is short of margin has no proof")
    zkmargin("prove", str(EXAMPLES / "short_book.json"), str(snapshot), expected=1)

    step("9. A book at the edge: its excess is 0 to the millionth of a dollar")
    edge = [str(EXAMPLES / "edge_book.json"), str(EXAMPLES / "eth_snapshot.json")]
    output = ["--preset", "standard", "-o", str(BUILD / "edge_proof.json")]
    zkmargin("prove", *edge, *output)

    with demo_chain.local_chain():
        demo_chain.show(snapshot)

    demo_liquidation.show(load_snapshot(snapshot))

    step("Seconds")
    for name, spent in seconds.items():
        console.print(f"  {spent:6.1f}  zkmargin {name}")
    console.print("\nnext: examples/README.md, then docs/README.md", style="bold")


def verdicts(
    key: VerifyingKey, proof: Proof, signals: tuple[int, ...], *, expected: bool
) -> list[str]:
    """Each verifier's answer in words; ends the demo if one is not the expected answer."""
    answers = [verify(key, replace(proof), signals) for verify in VERIFIERS.values()]
    if answers != [expected] * len(VERIFIERS):
        raise SystemExit(f"the verifiers say {answers}, not {expected}")
    return ["[green]valid" if answer else "[red]refused" for answer in answers]


if __name__ == "__main__":
    main()
