# SPDX-License-Identifier: Apache-2.0
"""From constraints to proofs: artifacts and keys, provers, verifiers, and the tools behind them."""
