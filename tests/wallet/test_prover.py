# SPDX-License-Identifier: Apache-2.0
"""One warm prover: many threads, cancellation between stages, and what proving does not need."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from pathlib import Path

import pytest
from wallet.cases import cases

from zkmargin.book import Book
from zkmargin.errors import ArtifactError, BookError, Cancelled, InputError, ProvingError, ToolError
from zkmargin.margin_proof import MarginProof
from zkmargin.proving.groth16 import verify
from zkmargin.snapshot import Snapshot
from zkmargin.statement import margin_statement
from zkmargin.units import BPS
from zkmargin.wallet.prover import MarginProver

TESTS = Path(__file__).parents[1]
STAGES = ["margin", "witness", "proof", "verify"]

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def case() -> tuple[Book, Snapshot]:
    return next(cases(1))


def test_eight_threads_share_a_prover_and_each_gets_the_proof_of_its_book(
    prover: MarginProver,
) -> None:
    pairs = list(islice(cases(2), 8))
    barrier = threading.Barrier(8)

    def prove(book: Book, snapshot: Snapshot) -> MarginProof:
        barrier.wait()
        return prover.prove(book, snapshot, domain=book.account)

    with ThreadPoolExecutor(8) as pool:
        proofs = list(pool.map(prove, *zip(*pairs, strict=True)))
    expected = [margin_statement(book, snapshot, BPS, book.account) for book, snapshot in pairs]

    assert [proof.statement for proof in proofs] == expected
    assert all(verify(prover.verifying_key, p.proof, p.statement.signals) for p in proofs[:2])


def test_a_thread_whose_book_is_short_does_not_disturb_the_others(prover: MarginProver) -> None:
    good, short = list(islice(cases(3), 2)), list(islice(cases(4, is_healthy=False), 2))
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(prover.prove, *pair, domain=0) for pair in (*good, *short)]

    assert [future.result().account for future in asked[:2]] == [book.account for book, _ in good]
    for future in asked[2:]:
        with pytest.raises(ProvingError, match="short"):
            future.result()


def test_a_progress_callback_hears_of_every_stage_twice(
    prover: MarginProver, case: tuple[Book, Snapshot]
) -> None:
    heard: list[tuple[str, bool]] = []
    prover.prove(*case, domain=0, progress=lambda stage, s: heard.append((stage, s is None)))

    assert heard == [(stage, begins) for stage in STAGES for begins in (True, False)]


@pytest.mark.parametrize(("during", "not_begun"), list(pairwise(STAGES)))
def test_a_token_set_during_one_stage_stops_before_the_next(
    prover: MarginProver, case: tuple[Book, Snapshot], during: str, not_begun: str
) -> None:
    token, heard = threading.Event(), list[str]()

    def progress(stage: str, seconds: float | None) -> None:
        heard.append(stage)
        if stage == during:
            token.set()

    with pytest.raises(Cancelled) as caught:
        prover.prove(*case, domain=0, progress=progress, cancel=token)
    assert caught.value.stage == not_begun
    assert not_begun not in heard


def test_a_token_that_is_set_already_stops_before_the_book_is_looked_at(
    prover: MarginProver, case: tuple[Book, Snapshot]
) -> None:
    token = threading.Event()
    token.set()

    with pytest.raises(Cancelled, match="cancelled before: margin"):
        prover.prove(*case, domain=0, cancel=token)


def test_a_token_set_during_the_last_stage_is_too_late(
    prover: MarginProver, case: tuple[Book, Snapshot]
) -> None:
    token = threading.Event()

    def progress(stage: str, seconds: float | None) -> None:
        if stage == "verify":
            token.set()

    proof = prover.prove(*case, domain=0, progress=progress, cancel=token)
    assert proof.account == case[0].account


def test_loading_is_cancelled_between_its_stages() -> None:
    token = threading.Event()

    with pytest.raises(Cancelled, match="load key"):
        MarginProver.load("tiny", progress=lambda stage, seconds: token.set(), cancel=token)


def test_a_domain_that_the_circuit_cannot_hold_is_refused(
    prover: MarginProver, case: tuple[Book, Snapshot]
) -> None:
    with pytest.raises(InputError, match="domain"):
        prover.prove(*case, domain=1 << 248)


def test_a_book_that_is_too_large_for_the_preset_is_refused(prover: MarginProver) -> None:
    pairs = (pair for pair in cases(5) if len(pair[0].slots) == 2)
    book, snapshot = next(pairs)
    slot = book.slots[0]
    small = type(slot)(slot.expiry, slot.strike + 1, 1, 0)
    larger = Book(**{**vars(book), "slots": (*book.slots, small)})

    with pytest.raises(BookError, match="preset tiny holds at most 2"):
        prover.prove(larger, snapshot, domain=0)


def test_an_unknown_preset_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="'huge', must be one of tiny, small"):
        MarginProver.load("huge")


def test_a_preset_that_is_not_set_up_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZKMARGIN_HOME", str(tmp_path))

    with pytest.raises(ArtifactError, match="zkmargin setup tiny"):
        MarginProver.load("tiny")


def test_a_prover_without_its_packages_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, prover: MarginProver
) -> None:
    monkeypatch.setitem(sys.modules, "groth16py", None)

    with pytest.raises(ToolError, match="pip install"):
        MarginProver.load("tiny", backend="native")


def test_proving_needs_no_node_and_none_of_the_libraries_of_the_fit(prover: MarginProver) -> None:
    program = (
        "import sys; from wallet.cases import cases; from zkmargin import MarginProver;"
        "proof = MarginProver.load('tiny', backend='native').prove(*next(cases(1)), domain=0);"
        "print([name for name in ('scipy', 'galois', 'click', 'rich') if name in sys.modules])"
    )
    environment = {**os.environ, "PATH": "", "PYTHONPATH": str(TESTS)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_prover_says_its_preset_backend_and_status(prover: MarginProver) -> None:
    assert (prover.preset.name, prover.backend, prover.status) == ("tiny", "native", "development")


def test_closing_a_prover_ends_the_process_that_its_backend_keeps(
    prover: MarginProver, case: tuple[Book, Snapshot]
) -> None:
    before = _children()
    with MarginProver.load("tiny", backend="snarkjs") as slow:
        proof = slow.prove(*case, domain=0)
        during = _children()

    assert proof.statement == margin_statement(*case, BPS, 0)
    assert len(during) > len(before)
    assert _children() == before


def _children() -> set[str]:
    """The processes that this one has started and that still run (Linux)."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}
