# SPDX-License-Identifier: Apache-2.0
"""The scale of every number, in one place.

Money is decimal because prices enter the margin linearly and never need a rescale; dimensionless
numbers are binary because they do. A binary scale is given by its count of fractional bits.
"""

from __future__ import annotations

from typing import Final

QUOTE: Final = 10**6  # money and prices per 1.0 quote             (= 1,000,000)
SIZE: Final = 10**6  # sizes per 1.0 contract                      (= 1,000,000)
FRACTION_ONE: Final = 10**6  # slice and price factor of an auction     (= 1,000,000)
SHARE: Final = 10**12  # shares of the share pool per 1.0 share      (= 1,000,000,000,000)
BPS: Final = 10**4  # level, phi, weight, multiplier, spread       (= 10,000)

VOL_TICK_BITS: Final = 24  # total vol of a scenario; also d1, d2
FINE_VOL_BITS: Final = 36  # total vol before it is cut to the tick
LOG_BITS: Final = 32  # k = ln(K / F), SVI m, ln F
COARSE_LOG_BITS: Final = 21  # k and ln(multiplier) inside a scenario
INVERSE_BITS: Final = 13  # 1 / s inside a scenario
FINE_INVERSE_BITS: Final = 20  # 1 / s at the base point
CELL_BITS: Final = 13  # grid of d1 inside a scenario, one table cell
CDF_BITS: Final = 120  # N(x)
DENSITY_BITS: Final = 123  # n(x) at the base point
LN_BITS: Final = 104  # the ln table
VARIANCE_BITS: Final = 72  # SVI a and total variance
SVI_SLOPE_BITS: Final = 40  # SVI b and b * rho
SIGMA_SQUARED_BITS: Final = 64  # SVI sigma^2
ROOT_TIME_BITS: Final = 24  # sqrt(years)
VOL_MULTIPLIER_BITS: Final = 16  # vol-up and vol-down
RATE_BITS: Final = 30  # credit and debit rate of cash

ONE: Final = 1 << CDF_BITS  # probability 1
RATE_ONE: Final = 1 << RATE_BITS  # rate 1
SECONDS_PER_YEAR: Final = 31_536_000  # 365 days

# Ranges (exclusive upper bounds unless said otherwise).
PRICE_BOUND: Final = 1 << 48  # price, strike, forward
SIZE_BOUND: Final = 1 << 40  # abs(size)
CASH_BOUND: Final = 1 << 63  # abs(cash), abs(perp entry)
TIME_BOUND: Final = 1 << 40  # unix seconds
ID_BOUND: Final = 1 << 64  # account, version, feed, epoch
DOMAIN_BOUND: Final = 1 << 248  # 31 bytes of a hash, so below the field's modulus
NAV_OFFSET: Final = 1 << 96  # makes a public NAV positive
ADDRESS_BOUND: Final = 1 << 160  # an account of the chain
LOG_BOUND: Final = 8 << LOG_BITS  # abs(k): strikes from F / 2980 to 2980 F
GROSS_BOUND: Final = 1 << 55  # max_gross, inclusive
LEVEL_MAX: Final = 2 * BPS  # level, inclusive
MIN_TOTAL_VOL: Final = 1 << (VOL_TICK_BITS - 16)  # s_min = 2^-16: one second at 8.6 % vol
MAX_TOTAL_VOL: Final = 56 << VOL_TICK_BITS  # keeps abs(d2) below 64
SATURATION: Final = 8 << VOL_TICK_BITS  # abs(x) from which N(x) is 0 or 1

# Numeric reserve per unit of abs(Q) (F max_m + K); docs/numerics.md derives it.
RESERVE_NUMERATOR: Final = 5
RESERVE_BITS: Final = 24  # rho = 5 * 2^-24, about 3.0e-7
