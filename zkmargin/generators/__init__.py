# SPDX-License-Identifier: Apache-2.0
"""Programs that write the tables and constants of the circuits."""
