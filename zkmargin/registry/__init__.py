# SPDX-License-Identifier: Apache-2.0
"""The registry's state machine in Python: the rules of `verifier/src/registry` as pure functions.

Replayed against the contract event by event; see tests/contracts/test_registry_twin.py.
"""
