# SPDX-License-Identifier: Apache-2.0
"""`make fuzz`: 100,000 malformed inputs; prints the seed first and the count last."""

from __future__ import annotations

import argparse
import secrets
import sys
import time

from fuzz.campaign import run

BATCH = 1_000


def main() -> int:
    """Feeds the inputs, batch by batch; a failure ends it with hypothesis's smallest example."""
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    start, done = time.monotonic(), 0
    totals: dict[str, int] = {}
    while done < options.count:
        size = min(BATCH, options.count - done)
        for name, times in run(size, options.seed + done).items():
            totals[name] = totals.get(name, 0) + times
        done += size
        print(f"{done:,} inputs, {time.monotonic() - start:.0f} s", flush=True)
    for name, times in sorted(totals.items()):
        print(f"  {name:32} {times:8,}")
    print(f"seed {options.seed}: {sum(totals.values()):,} inputs, no crash, hang or false accept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
