# SPDX-License-Identifier: Apache-2.0
"""The commands of the engine: exit codes, answers, and what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from liquidation_market import market, opened_chain, short_put_book

from zkmargin.cli import cli
from zkmargin.engine.decision import Policy
from zkmargin.engine.engine import Engine
from zkmargin.engine.local_venue import LocalVenue, OpeningAttestor
from zkmargin.engine.opening import OpeningsInMemory
from zkmargin.engine.store import Store
from zkmargin.units import QUOTE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SNAPSHOT, BOOK, SHORT = (
    str(EXAMPLES / name) for name in ("eth_snapshot.json", "eth_book.json", "short_book.json")
)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["engine", *arguments])


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store in which two accounts were watched through a fall."""
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    books = [short_put_book(1, 9_000), short_put_book(2, 60_000)]
    chain, store = opened_chain(books), Store.open(url)
    venue, openings = LocalVenue(chain, "keeper"), OpeningsInMemory(*books)
    engine = Engine(venue, store, openings, OpeningAttestor(), Policy(), initial_level=12_500)
    for epoch in range(3, 6):
        chain.publish(market(epoch, 2_700 * QUOTE), seconds=60)
        engine.step()
    store.close()
    return url


def test_screening_a_healthy_book_is_a_yes() -> None:
    result = _run("screen", SNAPSHOT, BOOK)
    assert result.exit_code == 0
    assert "healthy" in result.output
    assert "next: zkmargin check" in result.output


def test_screening_a_short_book_is_a_no() -> None:
    result = _run("screen", SNAPSHOT, BOOK, SHORT, "--json")
    assert result.exit_code == 1
    answers = json.loads(result.stdout)["books"]
    assert [answer["verdict"] for answer in answers] == ["healthy", "short"]


def test_the_status_tells_what_is_under_way(url: str) -> None:
    result = _run("status", "--store", url, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["decisions"] > 0
    assert document["under_way"]


def test_a_log_that_replays_is_a_yes(url: str) -> None:
    result = _run("replay", "--store", url)
    assert result.exit_code == 0
    assert "each decided the same again" in result.output


def test_a_log_that_was_changed_is_a_no(url: str) -> None:
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE decisions SET entry = entry || ' ' WHERE place = 1"))
    result = _run("replay", "--store", url, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["decision"] == 1


def test_a_store_that_is_not_there_is_a_tool_that_failed(tmp_path: Path) -> None:
    result = _run("status", "--store", f"sqlite:///{tmp_path}/no/such.db")
    assert result.exit_code == 3
    assert "the store cannot be opened" in result.output


def test_the_hedge_of_a_lot_states_trade_cost_requirement() -> None:
    result = _run("hedge", SNAPSHOT, BOOK, "--json")
    plan = json.loads(result.stdout)
    assert float(plan["trade"]) == -float(plan["delta"])
    gain = float(plan["mmr_before"]) - float(plan["mmr_after"])
    assert plan["worthwhile"] == (gain > float(plan["cost"]))
    assert result.exit_code == (0 if plan["worthwhile"] else 1)
