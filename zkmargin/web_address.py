# SPDX-License-Identifier: Apache-2.0
"""Addresses of services as they may be shown: user, path and query can hold a provider's key."""

from __future__ import annotations

from urllib.parse import urlsplit


def without_path(address: str) -> str:
    """Scheme, host and port of an address, and nothing else of it."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "(hidden)"
    if not host:
        return "(hidden)"
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
