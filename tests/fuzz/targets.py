# SPDX-License-Identifier: Apache-2.0
"""Everything that reads what somebody else wrote.

A target either raises a ZkMarginError, which is a refusal, or takes its input. Of what it takes it
asserts that nothing false was accepted: a proof is the proof, a sealed book is the book, a document
reads back as itself.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from ceremony.test_transcript import TRANSCRIPT
from circuits.compiler import ROOT

from fuzz.chain_targets import chain_targets, market
from fuzz.target import Target, as_json
from zkmargin.ceremony.contributions import read_history
from zkmargin.ceremony.powers import read_powers
from zkmargin.ceremony.transcript_document import load_transcript
from zkmargin.documents.book_document import dump_book, load_book, parse_book
from zkmargin.documents.params_document import load_params
from zkmargin.documents.proof_document import load_proof, write_proof
from zkmargin.documents.reading import parse_document
from zkmargin.documents.snapshot_document import dump_snapshot, load_snapshot, parse_snapshot
from zkmargin.errors import BookError, SnapshotError
from zkmargin.files import read_json
from zkmargin.proving.artifacts import Artifacts, build_circuit, load
from zkmargin.proving.bn254 import BASE_MODULUS
from zkmargin.proving.circuit_source import CircuitSource
from zkmargin.proving.evm_verifier import verify_evm
from zkmargin.proving.groth16 import (
    Proof,
    VerifyingKey,
    load_public_signals,
    load_verifying_key,
)
from zkmargin.proving.groth16 import (
    load_proof as load_groth16_proof,
)
from zkmargin.proving.manifest import Manifest
from zkmargin.proving.r1cs import read_r1cs
from zkmargin.proving.witness_file import read_witness, witness_bytes
from zkmargin.proving.zkey import read_proving_key, read_zkey
from zkmargin.quotes.load import load_chain
from zkmargin.statement import STATEMENTS
from zkmargin.wallet.sealed_book import load_sealed_book, seal_book
from zkmargin.wallet.trade_log import load_trades

EXAMPLES, DATA = ROOT / "examples", ROOT / "tests" / "data" / "quotes"
PASSPHRASE = "correct horse battery"
VECTOR = json.loads((ROOT / "tests" / "vectors" / "groth16" / "bytes.json").read_text("utf-8"))
TRADES = (
    b'{"version": "0", "event": "open", "account": "7"}\n'
    b'{"version": "1", "event": "deposit", "cash": "1000.5"}\n'
)


@lru_cache(maxsize=1)
def product() -> Artifacts:
    """Artifacts of the smallest circuit, kept between runs."""
    source = CircuitSource(ROOT / "tests" / "circuits" / "fixtures" / "product.circom")
    return build_circuit(source, ROOT / "build" / "fuzz" / "product")


def book(path: Path) -> None:
    """A book reads back as itself."""
    read = load_book(path, lambda account, version: 1)
    assert parse_book(parse_document(json.dumps(dump_book(read)), "again", BookError)) == read


def snapshot(path: Path) -> None:
    """A snapshot reads back with the same hash."""
    read = load_snapshot(path)
    text = json.dumps(dump_snapshot(read))
    assert parse_snapshot(parse_document(text, "again", SnapshotError)).hash == read.hash


@lru_cache(maxsize=1)
def _parsed() -> tuple[VerifyingKey, Proof, list[int]]:
    signals = [int(signal) for signal in VECTOR["public_signals"]]
    key = VerifyingKey.from_json(VECTOR["verification_key"])
    return key, Proof.from_json(VECTOR["proof"]), signals


def statement_proof(path: Path) -> None:
    """A proof reads back as itself, and says what it states."""
    read = load_proof(path)
    assert read.statement.said()
    write_proof(path, read)
    assert load_proof(path) == read


def groth16_proof(path: Path) -> None:
    """No other proof than the true one is valid."""
    key, proof, signals = _parsed()
    read = load_groth16_proof(path)
    assert verify_evm(key, read, signals) == (read == proof)


def verifying_key(path: Path) -> None:
    """The proof is valid under no other key."""
    key, proof, signals = _parsed()
    read = load_verifying_key(path)
    if read.public_signals == len(signals):
        assert verify_evm(read, proof, signals) == (read == key)


def public_signals(path: Path) -> None:
    """The proof is valid for no other signals."""
    key, proof, signals = _parsed()
    read = load_public_signals(path)
    if len(read) == len(signals):
        assert verify_evm(key, proof, read) == (read == signals)


def sealed_book(path: Path) -> None:
    """A sealed book that opens is the book that was sealed."""
    assert load_sealed_book(path, PASSPHRASE) == load_book(EXAMPLES / "edge_book.json")


def witness(path: Path) -> None:
    """A witness that is read can be written."""
    witness_bytes(read_witness(path))


def proving_key(path: Path) -> None:
    """Header, points, contributions and proving points."""
    read_zkey(path).verifying_key()
    read_history(path)
    read_proving_key(path)


def artifact(name: str) -> Callable[[Path], None]:
    """A directory of artifacts loads only if each file is the one that was made."""

    def read(path: Path) -> None:
        directory, made = path.with_suffix(".artifacts"), product().directory
        directory.mkdir(exist_ok=True)
        for file in made.iterdir():
            target = directory / file.name
            if file.name == name:
                target.write_bytes(path.read_bytes())
            elif not target.exists():
                shutil.copyfile(file, target)
        load(directory)
        same = (directory / name).read_bytes() == (made / name).read_bytes()
        assert same or name == "manifest.json"

    return read


def powers_of_tau() -> bytes:
    """A small prepared .ptau: its header, and sections that only have to be there."""
    header = struct.pack("<I32sII", 32, BASE_MODULUS.to_bytes(32, "little"), 3, 3)
    sections = {1: header, **dict.fromkeys((2, 3, 4, 5, 6, 7, 12, 13, 14, 15), b"\x01" * 64)}
    body = b"".join(struct.pack("<IQ", kind, len(c)) + c for kind, c in sections.items())
    return struct.pack("<4sII", b"ptau", 1, len(sections)) + body


def chain(kind: str) -> Callable[[Path], object]:
    """Quotes in one format."""
    return lambda path: load_chain(path, kind, max_age=None)


def targets() -> list[Target]:
    """Every target; the artifacts among them are built first."""
    files = product().directory
    sealed = seal_book(load_book(EXAMPLES / "edge_book.json"), PASSPHRASE, work=14)
    params = ROOT / "zkmargin" / "data" / "params"
    books = tuple((EXAMPLES / f"{n}_book.json").read_bytes() for n in ("edge", "eth", "short"))
    artifacts = [
        Target(f"artifact {n}", ((files / n).read_bytes(),), artifact(n), 3)
        for n in sorted(path.name for path in files.iterdir())
    ]
    return [
        Target("book", books, book),
        Target("snapshot", _snapshots(), snapshot),
        Target(
            "params", ((params / "zkmargin_eth.json").read_bytes(),), lambda p: load_params(str(p))
        ),
        Target("statement proof", tuple(map(_statement_proof, STATEMENTS)), statement_proof),
        Target("groth16 proof", (as_json(VECTOR["proof"]),), groth16_proof),
        Target("verifying key", (as_json(VECTOR["verification_key"]),), verifying_key),
        Target("public signals", (as_json(VECTOR["public_signals"]),), public_signals),
        Target(
            "manifest",
            ((files / "manifest.json").read_bytes(),),
            lambda p: Manifest.from_json(read_json(p)),
        ),
        Target("sealed book", (as_json(sealed),), sealed_book, 3),
        Target("trade log", (TRADES,), load_trades),
        Target("transcript", (TRANSCRIPT.text.encode(),), load_transcript),
        Target("witness", (witness_bytes([1, 35, 5, 7]),), witness),
        Target("constraints", ((files / "product.r1cs").read_bytes(),), read_r1cs),
        Target("proving key", ((files / "product.zkey").read_bytes(),), proving_key),
        Target("powers of tau", (powers_of_tau(),), read_powers),
        Target(
            "quotes csv",
            ((EXAMPLES / "eth_quotes.csv").read_bytes()[:2_000],),
            chain("csv"),
            2,
            ".csv",
        ),
        Target("quotes okx", (_shortened("okx_summary.json"),), chain("okx"), 2),
        Target("quotes deribit", (_shortened("deribit_summary.json"),), chain("deribit"), 2),
        *artifacts,
        *chain_targets(),
    ]


def _shortened(name: str) -> bytes:
    """A recorded answer with its first five quotes only."""
    document = json.loads((DATA / name).read_text("utf-8"))
    for key, value in document.items():
        if isinstance(value, list):
            document[key] = value[:5]
    return as_json(document)


def _snapshots() -> tuple[bytes, ...]:
    """Snapshots with and without their hash: with it, whatever is changed is noticed at the end."""
    whole, small = (EXAMPLES / "eth_snapshot.json").read_bytes(), dump_snapshot(market())
    assert isinstance(small, dict)
    return whole, as_json(small), as_json({k: v for k, v in small.items() if k != "hash"})


def _statement_proof(circuit: str) -> bytes:
    signals = dict.fromkeys(STATEMENTS[circuit].names(), "1")
    return as_json(
        {
            "format": "zkmargin-proof-1",
            "circuit": circuit,
            "preset": "tiny",
            "status": "development",
            "constraints": "b" * 64,
            "key": "a" * 64,
            "public_signals": {**signals, "header": str((7 << 96) + (3 << 32) + 10_000)},
            "proof": VECTOR["proof"],
        }
    )
