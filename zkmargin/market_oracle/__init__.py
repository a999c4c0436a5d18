# SPDX-License-Identifier: Apache-2.0
"""The market oracle in integers: what `verifier/src/MarketOracle.sol` does, step by step.

The publisher runs it ahead of the chain (which rung must the next snapshot use, which breaker will
it raise), simulations run it instead of a chain, and tests compare the two.
"""
