# SPDX-License-Identifier: Apache-2.0
"""Crash simulation: what a venue's liquidation rules do to its accounts, keepers and insurance."""
