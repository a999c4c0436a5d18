# SPDX-License-Identifier: Apache-2.0
"""The public market snapshot of one epoch, in integers, and its hash.

A header, the risk parameters, and up to 15 rows, one per expiry. Everything that is non-linear in
public data alone (ln F, sqrt of time, the vol law) is computed outside the circuit and hashed in;
`snapshot_rules` recomputes it and refuses a snapshot whose derived fields are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from zkmargin.domains import HEADER, REST, ROW, SNAPSHOT
from zkmargin.errors import SnapshotError
from zkmargin.field import encode
from zkmargin.option import Svi
from zkmargin.params import RiskParams, pack
from zkmargin.poseidon import poseidon
from zkmargin.presets import ROWS
from zkmargin.units import BPS, QUOTE, RATE_ONE, VARIANCE_BITS, VOL_MULTIPLIER_BITS

_DISCOUNT = BPS  # discount and long discount are reserved: 1 for now


@dataclass(frozen=True)
class Header:
    """What the snapshot says of the whole market.

    feed                 feed id, < 2^64
    contract_size        tokens per contract [1e-6]
    epoch, timestamp     number of the publication and its unix time [s]
    index, perp_mark     index price S and perp mark P [1e-6 quote]
    cumulative_funding   A, owed per contract since the feed began, signed [1e-6 quote]
    credit, debit        factor on positive and on negative cash [2^-30]
    """

    feed: int
    contract_size: int
    epoch: int
    timestamp: int
    index: int
    perp_mark: int
    cumulative_funding: int = 0
    credit: int = RATE_ONE
    debit: int = RATE_ONE

    @cached_property
    def digest(self) -> int:
        """Poseidon of the part that only the margin uses, not the contract."""
        return poseidon(
            [
                pack(((self.feed, 64), (self.contract_size, 64))),
                encode(self.cumulative_funding),
                self.credit,
                self.debit,
            ],
            domain=HEADER,
        )


@dataclass(frozen=True)
class Row:
    """One expiry.

    expiry               unix time [s]; 0 marks an unlisted row
    forward              F, or the settlement price once settled [1e-6 quote]
    ln_forward           ln of the forward's integer [2^-32], nearest
    svi                  raw SVI total variance
    root_time            sqrt of the years left [2^-24], nearest
    vol_up, vol_down     vol multipliers of the shocks [2^-16]
    vol_floor            lowest total vol in up mode [2^-24]
    basis_factor         share of the basis loss that counts [bps]
    settled              expired: intrinsic value, no shock, no vega, no naked charge
    """

    expiry: int
    forward: int
    ln_forward: int
    svi: Svi
    root_time: int
    vol_up: int
    vol_down: int
    vol_floor: int
    basis_factor: int
    settled: bool = False

    @property
    def packed(self) -> int:
        """The short fields in one field element, lowest first; the expiry is on top."""
        return pack(
            (
                (int(self.settled), 1),
                (self.basis_factor, 16),
                (self.vol_down, 18),
                (self.vol_up, 18),
                (_DISCOUNT, 14),
                (_DISCOUNT, 14),
                (self.expiry, 40),
            )
        )

    @property
    def elements(self) -> tuple[int, ...]:
        """The ten hash inputs, signed, in circuit order."""
        svi = self.svi
        return (
            self.packed,
            self.forward,
            self.ln_forward,
            svi.a,
            svi.b,
            svi.b_rho,
            svi.m,
            svi.sigma_sq,
            self.root_time,
            self.vol_floor,
        )

    @cached_property
    def digest(self) -> int:
        """Poseidon hash of the row."""
        return poseidon([encode(element) for element in self.elements], domain=ROW)


# An unlisted row can be priced (s = 1), so that an unused slot of a circuit always has a witness.
UNLISTED = Row(
    expiry=0,
    forward=QUOTE,
    ln_forward=59_337_166_024,  # ln(10^6)
    svi=Svi(a=1 << VARIANCE_BITS, b=0, b_rho=0, m=0, sigma_sq=0),
    root_time=0,
    vol_up=1 << VOL_MULTIPLIER_BITS,
    vol_down=1 << VOL_MULTIPLIER_BITS,
    vol_floor=0,
    basis_factor=0,
)


@dataclass(frozen=True)
class Snapshot:
    """One epoch's market: header, risk parameters, rows in increasing order of expiry."""

    header: Header
    params: RiskParams
    rows: tuple[Row, ...]

    @cached_property
    def listed(self) -> tuple[Row, ...]:
        """All 15 rows, the unlisted ones at the end."""
        return self.rows + (UNLISTED,) * (ROWS - len(self.rows))

    @cached_property
    def rest(self) -> int:
        """Poseidon hash of what the contract does not look into; the signers vouch for it."""
        return poseidon([self.header.digest, *(row.digest for row in self.listed)], domain=REST)

    @cached_property
    def hash(self) -> int:
        """The snapshot hash, a public signal; the contract computes it from what is published."""
        head = self.header
        clock = pack(((head.timestamp, 64), (head.epoch, 64)))
        inputs = [self.rest, self.params.digest, clock, head.index, head.perp_mark]
        return poseidon(inputs, domain=SNAPSHOT)

    def index_of(self, expiry: int) -> int:
        """Place of an expiry among the rows.

        raises   SnapshotError if the expiry is not listed
        """
        for place, row in enumerate(self.rows):
            if row.expiry == expiry:
                return place
        listed = ", ".join(str(row.expiry) for row in self.rows)
        raise SnapshotError("expiry", expiry, f"is not listed in the snapshot (listed: {listed})")
