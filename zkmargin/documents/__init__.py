# SPDX-License-Identifier: Apache-2.0
"""Files in human units: strict JSON in, the same bytes out."""
