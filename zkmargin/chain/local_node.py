# SPDX-License-Identifier: Apache-2.0
"""A local chain: anvil from npm, on a free port, with a file that says how to reach and end it."""

from __future__ import annotations

import json
import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from zkmargin.errors import ChainError, DeploymentError, ToolError
from zkmargin.files import read_json, write_atomic
from zkmargin.proving.toolchain import contract_tools

CHAIN_ID: Final = 31_337
LOCAL_CHAIN_IDS: Final = frozenset({CHAIN_ID, 1_337})

_READY_WITHIN: Final = 20.0  # [s]
_ENDED_WITHIN: Final = 5.0  # [s]
_POLL: Final = 0.05  # [s]
_PID_BOUND: Final = 1 << 31
# The nodes that this process started: it is their parent, and takes note of their end.
_children: dict[int, subprocess.Popen[bytes]] = {}

_MACHINES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class LocalNode:
    """A running anvil.

    url    where it answers
    pid    its process
    log    what it prints
    """

    url: str
    pid: int
    log: str

    def write(self, path: Path) -> None:
        """Writes the state file from which another process can find and stop the node."""
        write_atomic(path, json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> LocalNode:
        """The node of a state file; raises DeploymentError if the file is none."""
        document = read_json(path)
        match document:
            case {"url": str(url), "pid": int(pid), "log": str(log)} if 1 < pid < _PID_BOUND:
                return cls(url, pid, log)
        raise DeploymentError(str(path), document, "must be a local node's file")

    @property
    def is_running(self) -> bool:
        """The process is there and answers with a chain id."""
        return _is_ours(self.pid) and _answers(self.url)

    def stop(self) -> bool:
        """Ends the process, if it is still the anvil that was started; False if it is not."""
        if not _is_ours(self.pid):
            return False
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + _ENDED_WITHIN
        while _is_ours(self.pid) and time.monotonic() < deadline:
            _reap(self.pid)
            time.sleep(_POLL)
        if _is_ours(self.pid):
            os.kill(self.pid, signal.SIGKILL)
            _reap(self.pid)
        return True


def start_local_node(
    log: Path, *, timestamp: int | None = None, chain_id: int = CHAIN_ID, port: int = 0
) -> LocalNode:
    """Starts anvil and waits until it answers; it outlives this process until `stop`.

    log         file for what it prints
    timestamp   time of its first block [s]; now unless told
    port        a free one unless told
    raises      ToolError if it cannot be installed, started, or does not answer in time
    """
    port = _free_port(port)
    command = [str(anvil()), "--port", str(port), "--chain-id", str(chain_id), "--silent"]
    if timestamp is not None:
        command += ["--timestamp", str(timestamp)]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ToolError(command, None, str(error)) from error
    _children[process.pid] = process
    node = LocalNode(f"http://127.0.0.1:{port}", process.pid, str(log))
    _await_ready(node, process, command)
    return node


@contextmanager
def local_node(
    log: Path, *, timestamp: int | None = None, chain_id: int = CHAIN_ID
) -> Iterator[LocalNode]:
    """A local node for the length of a block."""
    node = start_local_node(log, timestamp=timestamp, chain_id=chain_id)
    try:
        yield node
    finally:
        node.stop()


def anvil() -> Path:
    """The anvil program of the pinned npm package for this machine; raises ToolError."""
    system = {"Windows": "win32"}.get(platform.system(), platform.system().lower())
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    package = contract_tools() / "node_modules" / "@foundry-rs" / f"anvil-{system}-{machine}"
    program = package / "bin" / ("anvil.exe" if system == "win32" else "anvil")
    if not program.is_file():
        rule = f"npm has no anvil for {system} {machine}: npm ci"
        raise ToolError(["anvil"], None, rule)
    return program


def _await_ready(node: LocalNode, process: subprocess.Popen[bytes], command: list[str]) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not _answers(node.url):
        if process.poll() is not None:
            raise ToolError(command, process.returncode, Path(node.log).read_text("utf-8"))
        if time.monotonic() > deadline:
            process.kill()
            raise ToolError(command, None, f"no answer within {_READY_WITHIN:.0f} s")
        time.sleep(_POLL)


def _answers(url: str) -> bool:
    body = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
    request = Request(url, body, {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=2) as answer:
            return b"result" in answer.read()
    except (URLError, OSError):
        return False


def _free_port(wanted: int) -> int:
    """The port if it is free, any free one for 0; another program's answers would pass for anvil's.

    raises   ToolError if the port is taken
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise ToolError(["anvil"], None, f"port {wanted}: {error.strerror}") from error
        return int(probe.getsockname()[1])


def _is_ours(pid: int) -> bool:
    """Whether the process lives and is an anvil: a process id may have been given to another."""
    _reap(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False
    command = Path(f"/proc/{pid}/cmdline")
    if not command.parent.parent.joinpath("self").exists():
        return True  # no /proc on this system
    try:
        return b"anvil" in command.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            return False
        raise ChainError(f"process {pid} cannot be examined: {error.strerror}") from error


def _reap(pid: int) -> None:
    """Takes note of the end of a process that this one started."""
    if (child := _children.get(pid)) is not None and child.poll() is not None:
        del _children[pid]
