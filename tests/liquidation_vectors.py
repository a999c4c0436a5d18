# SPDX-License-Identifier: Apache-2.0
"""Writes what Python and Solidity must agree on: `python tests/liquidation_vectors.py`.

One file a library in verifier/test/vectors/, a column a name; numbers are decimal strings.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from zkmargin.keeper_reward import RewardTerms, keeper_reward
from zkmargin.loss_waterfall import Capital, charge, credit_rate
from zkmargin.price_curve import CUT_MAX, ONE, Curve, Shape, payout
from zkmargin.product_sum import ProductSum
from zkmargin.vault import Vault

FOLDER = Path(__file__).parents[1] / "verifier" / "test" / "vectors"
CASES = 400
Row = dict[str, int]


def random_curve(rng: random.Random) -> Curve:
    """A valid curve of a random shape."""
    shape = rng.choice(list(Shape))
    start, duration = rng.randint(1, ONE), rng.randint(1, 60_000)
    if shape is Shape.TWO_PHASE_LINEAR:
        cutoff, fast = rng.randint(0, start), rng.randint(1, duration)
        return Curve(shape, start, duration, cutoff=cutoff, fast=fast)
    cut = rng.choice([CUT_MAX, rng.randint(1, CUT_MAX), rng.randint(CUT_MAX // 10 * 9, CUT_MAX)])
    step = rng.randint(1, 600) if shape is Shape.STAIR_STEP else 0
    return Curve(shape, start, duration, step=step, cut=cut)


def price_curve(rng: random.Random) -> list[Row]:
    """Prices of random curves at random times, their end included."""
    rows = []
    for _ in range(CASES):
        curve = random_curve(rng)
        top = rng.randrange(1 << rng.randint(1, 128))
        edge = rng.choice([0, curve.duration, curve.duration + 1, rng.randint(0, curve.duration)])
        fields = {name: int(value) for name, value in vars(curve).items()}
        rows.append(fields | {"top": top, "elapsed": edge, "price": curve.price(top, edge)})
    return rows


def payouts(rng: random.Random) -> list[Row]:
    """Payouts for insolvent accounts."""
    rows = []
    for _ in range(CASES):
        low, more = rng.randrange(1 << 64), rng.randrange(1 << rng.randint(1, 64))
        length = rng.randint(1, 7200)
        elapsed = rng.randint(0, 2 * length)
        amount = payout(low, low + more, elapsed, length)
        rows.append(
            {"low": low, "high": low + more, "elapsed": elapsed, "length": length, "payout": amount}
        )
    return rows


def keeper_rewards(rng: random.Random) -> list[Row]:
    """Rewards under random terms."""
    rows = []
    for _ in range(CASES):
        minimum = rng.randrange(1 << rng.randint(1, 30))
        maximum = minimum + rng.randrange(1 << rng.randint(1, 34))
        terms = RewardTerms(rng.randrange(1 << 16), rng.randint(0, 10_000), minimum, maximum)
        facts = {
            "cost": rng.randrange(1 << rng.randint(1, 40)),
            "penalty": rng.choice([0, 1, rng.randrange(1 << rng.randint(1, 40))]),
            "bounty": rng.randrange(1 << rng.randint(1, 40)),
        }
        rows.append(vars(terms) | facts | {"reward": keeper_reward(terms, **facts)})
    return rows


def waterfalls(rng: random.Random) -> list[Row]:
    """Losses over random capital, some of it empty."""
    rows = []
    for _ in range(CASES):
        names = ("owner", "pool", "bidder", "insurance")
        capital = {name: rng.choice([0, rng.randrange(1 << rng.randint(1, 64))]) for name in names}
        loss = rng.randrange(1 << rng.randint(1, 65))
        charged = {
            f"charged_{name}": paid for name, paid in vars(charge(loss, Capital(**capital))).items()
        }
        rows.append(capital | {"loss": loss} | charged)
    return rows


def credit_rates(rng: random.Random) -> list[Row]:
    """Rates of positive cash, 1 and edges included."""
    rows = []
    for _ in range(CASES):
        cash = rng.randrange(1 << rng.randint(1, 64))
        assets = rng.choice([0, cash, max(cash - 1, 0), cash + 1, rng.randint(0, cash)])
        rows.append({"assets": assets, "net_cash": cash, "rate": credit_rate(assets, cash)})
    return rows


def product_sums(rng: random.Random) -> list[Row]:
    """Lives of ten pools: deposits and withdrawals (kind 0), losses and gains (kind 1)."""
    rows = []
    for step in range(CASES):
        if step % 40 == 0:
            pool = ProductSum()
        holder, kind = rng.randrange(1, 6), rng.randrange(2) if pool.total else 0
        row = {
            "pool": step // 40,
            "kind": kind,
            "holder": holder,
            "amount": 0,
            "loss": 0,
            "gain": 0,
        }
        if kind == 0:
            before = pool.left(str(holder))
            row["amount"] = rng.choice(
                [before + rng.randrange(1 << rng.randint(1, 62)), before // 2]
            )
            pool.put(str(holder), before, row["amount"])
        else:
            bound = pool.capacity
            row["loss"] = rng.choice([0, bound, bound // 2, rng.randint(0, bound)])
            row["gain"] = rng.choice([0, rng.randrange(1 << rng.randint(1, 64))])
            pool.share(row["loss"], row["gain"])
        stored = {"total": pool.total, "product": pool.product, "scale": pool.scale}
        seen = str(row["holder"] % 5 + 1)
        rows.append(row | stored | {"left": pool.left(seen), "gained": pool.gained(seen)})
    return rows


def vaults(rng: random.Random) -> list[Row]:
    """A vault's life: deposit (kind 0), gift (1), cash without tokens (2), queue (3), claim (4)."""
    rows, vault, now = [], Vault(100), 0
    for _ in range(CASES):
        ready = [id_ for id_, w in vault.withdrawals.items() if w.ready_at <= now + 50]
        books = vault.net_cash - vault.queued
        kind = rng.choice([0, 1, 2] + [3] * 3 * (books > 0) + [4] * 3 * (ready != []))
        amount, paid, now = rng.randrange(1, 1 << rng.randint(2, 60)), 0, now + 50
        if kind == 0:
            vault.deposit(amount)
        elif kind == 1:
            amount = rng.randint(1, max(1, vault.shortfall * 3 // 2))
            vault.contribute(amount)
        elif kind == 2:
            vault.credit(amount)
        elif kind == 3:
            amount = rng.choice([books, rng.randint(1, books)])
            vault.queue_withdrawal("saver", amount, now)
        else:
            amount = rng.choice(ready)
            paid = vault.claim(amount, now)
        stored = {"assets": vault.assets, "net_cash": vault.net_cash, "queued": vault.queued}
        rates = {"rate": vault.credit_rate, "shortfall": vault.shortfall, "paid": paid}
        rows.append({"kind": kind, "amount": amount} | stored | rates)
    return rows


def rendered(rows: Sequence[Row]) -> str:
    """The file of a table: one column a line."""
    columns = {name: [str(row[name]) for row in rows] for name in rows[0]}
    return "{\n" + ",\n".join(f'"{n}": {json.dumps(c)}' for n, c in columns.items()) + "\n}\n"


def files() -> dict[str, str]:
    """Name and text of every vector file."""
    makers = (price_curve, payouts, keeper_rewards, waterfalls, credit_rates, product_sums, vaults)
    return {
        f"{make.__name__}.json": rendered(make(random.Random(make.__name__))) for make in makers
    }


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
