# SPDX-License-Identifier: Apache-2.0
"""The error bounds of docs/numerics.md, computed from the constants of the code.

Errors of money are in units of 2^-24 of (F max_m + K) for one unit of abs(Q); s is total vol and
z = ln(m F / K) / s = (d1 + d2) / 2. Where a bound is a maximum over s and z it is taken on a grid.
"""

from __future__ import annotations

from functools import cache
from math import cosh, erfc, exp, inf, log, pi, sqrt
from typing import Any

import numpy as np

from zkmargin import units
from zkmargin.params import (
    HIGHEST_HEDGE_SPREAD,
    HIGHEST_MULTIPLIER,
    HIGHEST_VEGA_SPREAD,
    LOWEST_MULTIPLIER,
)
from zkmargin.snapshot_rules import HIGHEST_BASIS_FACTOR, LONGEST_EXPIRY
from zkmargin.tablegen import CDF_FUNCTION, LN_FUNCTION
from zkmargin.tablecertificate import Certificate, certify
from zkmargin.tables import CDF, LN
from zkmargin.units import BPS, SECONDS_PER_YEAR

Array = Any  # NDArray of float

UNIT = 2.0**-units.RESERVE_BITS  # of (F max_m + K)
TICK = 2.0**-units.VOL_TICK_BITS
LEAST_VOL = units.MIN_TOTAL_VOL * TICK
LARGEST_LEVEL = units.LEVEL_MAX / BPS
LARGEST_BASIS = HIGHEST_BASIS_FACTOR / BPS
LARGEST_VOL_MULTIPLIER = 4.0  # 18 bits at 2^-16
LARGEST_LOG = units.LOG_BOUND / 2**units.LOG_BITS
ROOT_TWO_PI = sqrt(2 * pi)
