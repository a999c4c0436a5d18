# SPDX-License-Identifier: Apache-2.0
"""A node that an engine talks to, and at whose calls it can be killed.

It passes every call on to a real node. An ambush kills a process at the n-th call of a name: before
the node has it, or after the node has done it and before the process is answered. Transactions go
by the name of the contract's function.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from zkmargin.chain.system import System

ANY = "any"


@dataclass
class Ambush:
    """Kills a process at the n-th call of a name (or of any).

    before   the node never gets the call
    struck   it has happened
    """

    pid: int
    name: str
    calls: int = 1
    before: bool = False
    struck: bool = False

    def strike(self, name: str, *, before: bool) -> bool:
        """Counts a call on its way to or from the node; whether this one was the moment."""
        if self.struck or before != self.before or self.name not in (name, ANY):
            return False
        self.calls -= 1
        if self.calls == 0:
            self.struck = True
            os.kill(self.pid, signal.SIGKILL)
        return self.struck


class AmbushedNode:
    """Serves on a port of this machine for as long as it is open.

    url     where an engine finds it
    calls   that it has passed on
    """

    def __init__(self, system: System, node: str) -> None:
        self.ambush: Ambush | None = None
        self.calls = 0
        self._node = node
        contracts = (system.registry, system.auction_house)
        self._contracts = {HexBytes(c.address): c for c in contracts}
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Ends the service."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: bytes) -> bytes:
        """The node's answer to a call; empty if the caller was killed before the node had it."""
        name, ambush = self._name(json.loads(body)), self.ambush
        if ambush is not None and ambush.strike(name, before=True):
            return b""
        request = Request(self._node, body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=60) as made:
            answer = bytes(made.read())
        self.calls += 1
        if ambush is not None:
            ambush.strike(name, before=False)
        return answer

    def _name(self, call: Any) -> str:
        if not isinstance(call, dict) or call["method"] != "eth_sendRawTransaction":
            return "" if not isinstance(call, dict) else str(call["method"])
        sent = TypedTransaction.from_bytes(HexBytes(call["params"][0])).as_dict()
        contract = self._contracts.get(HexBytes(sent["to"]))
        if contract is None:
            return "transaction"
        return str(contract.decode_function_input(sent["data"])[0].fn_name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: whoever was killed does not listen."""


def _handler(node: AmbushedNode) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            answer = node.answer(self.rfile.read(int(self.headers["Content-Length"])))
            with suppress(OSError):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    return Handler
