# SPDX-License-Identifier: Apache-2.0
"""A node behind a provider that answers for few blocks of logs at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen


@dataclass
class StingyNode:
    """Its address, and the spans that it answered and refused [blocks]."""

    url: str
    answered: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


@contextmanager
def stingy_node(url: str, most: int, status: int = 200) -> Iterator[StingyNode]:
    """Passes everything on to a node, but logs of more than `most` blocks: those get `status`."""
    node = StingyNode("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            span = _span(json.loads(asked))
            if span > most:
                node.refused.append(span)
                return self._say(status, _refusal(json.loads(asked)["id"], most))
            if span:
                node.answered.append(span)
            passed = Request(url, data=asked, headers={"Content-Type": "application/json"})
            with urlopen(passed, timeout=60) as answer:
                self._say(200, answer.read())
            return None

        def _say(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        node.url = f"http://127.0.0.1:{server.server_port}"
        yield node
        server.shutdown()


def _span(question: dict[str, Any]) -> int:
    """Blocks that a question asks logs of; 0 if it asks for something else."""
    if question["method"] != "eth_getLogs":
        return 0
    (query,) = question["params"]
    return int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1


def _refusal(number: int, most: int) -> bytes:
    error = {"code": -32005, "message": f"query exceeds max block range {most}"}
    return json.dumps({"jsonrpc": "2.0", "id": number, "error": error}).encode()
