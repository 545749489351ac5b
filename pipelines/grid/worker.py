"""worker: this side of the reading process: start it, ask it, replace it when it fails, and end it."""

from __future__ import annotations

import atexit
import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from pipelines.grid.faults import unreadable
from pipelines.grid.limits import Limits
from pipelines.grid.model import UnreadableError

CHECKOUT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv[1]); from pipelines.grid.server import main; main()"
GRACE = 5.0
CHUNK = 1 << 20
ATTEMPTS = 2
LAST = b'{"exit"'
INHERITED = ("LD_LIBRARY_PATH",)
Message = dict[str, Any]


class Worker:
    """The reading process of this process: started when first asked, asked by one thread at a time.

    Attributes:
        peak_kilobytes: the most memory that any one file has taken.
    """

    def __init__(self) -> None:
        self.peak_kilobytes = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def answer(self, data: bytes, stem: str, limits: Limits) -> list[Message]:
        """What the reading process says of a file, message by message.

        Raises:
            UnreadableError: the file is unreadable, or its reader ended over it.
        """
        with self._lock:
            for _ in range(ATTEMPTS):
                try:
                    lines = self._asked(data, stem, limits)
                except TimeoutError:
                    self._end()
                    raise unreadable("too_slow", f"no answer after {limits.seconds + GRACE} seconds") from None
                except OSError:
                    self._end()
                    continue
                return self._judged(lines, limits)
        raise unreadable("reader_failed", "a reading process that ends at once")

    def stop(self) -> None:
        """End the reading process; the next question starts another."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Leave the reading process to the process that started it: what its forks must do."""
        self._lock = threading.Lock()
        if self._process is not None:
            self._process.returncode = 0
            _close(self._process)
            self._process = None

    def _asked(self, data: bytes, stem: str, limits: Limits) -> list[bytes]:
        """The lines of the answer, the last one with how the reading ended.

        Raises:
            OSError: the process is gone, or does not answer in time.
        """
        process = self._started()
        request = {"size": len(data), "stem": stem, "limits": dataclasses.asdict(limits)}
        until = time.monotonic() + limits.seconds + GRACE
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        _send(process.stdin.fileno(), json.dumps(request).encode() + b"\n" + data, until)
        return _received(process.stdout.fileno(), until)

    def _judged(self, lines: list[bytes], limits: Limits) -> list[Message]:
        status = json.loads(lines.pop())
        self.peak_kilobytes = max(self.peak_kilobytes, status["memory"])
        if status["signal"]:
            raise _ended_by(status["signal"], limits)
        messages: list[Message] = [json.loads(line) for line in lines if line]
        if status["exit"] and messages and "fault" in messages[-1]:
            raise UnreadableError(*messages[-1]["fault"])
        if status["exit"] or not messages or "end" not in messages[-1]:
            raise unreadable("damaged", f"a file over which its reader ends (exit {status['exit']})")
        return messages

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-I", "-X", "utf8", "-c", START, str(CHECKOUT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                env={name: os.environ[name] for name in INHERITED if name in os.environ},
                start_new_session=True,
            )
            if self._process.stdin is not None:
                os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _end(self) -> None:
        """Kill the reading process with its fork, if one runs, and take leave of it."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        _close(process)
        process.wait()


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _ended_by(number: int, limits: Limits) -> UnreadableError:
    """What it means for a file that its reader was ended by a signal."""
    if number in (signal.SIGALRM, signal.SIGXCPU):
        return unreadable("too_slow", f"more than {limits.seconds} seconds of reading")
    if number in (signal.SIGABRT, signal.SIGKILL):
        return unreadable("too_large", f"a need for more than {limits.memory} bytes of memory, e.g. by a far-off cell")
    return unreadable("damaged", f"a file over which its reader crashes ({signal.Signals(number).name})")


def _send(descriptor: int, content: bytes, until: float) -> None:
    rest = memoryview(content)
    while rest:
        _wait(descriptor, select.POLLOUT, until)
        rest = rest[os.write(descriptor, rest) :]


def _received(descriptor: int, until: float) -> list[bytes]:
    """Lines up to the one that says how the reading ended."""
    lines: list[bytes] = []
    begun: list[bytes] = []
    while not (lines and lines[-1].startswith(LAST)):
        _wait(descriptor, select.POLLIN, until)
        chunk = os.read(descriptor, CHUNK)
        if not chunk:
            raise BrokenPipeError
        first, *others = chunk.split(b"\n")
        begun.append(first)
        for other in others:
            lines.append(b"".join(begun))
            begun = [other]
    return lines


def _wait(descriptor: int, event: int, until: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(until - time.monotonic(), 0) * 1000):
        raise TimeoutError


WORKER = Worker()
atexit.register(WORKER.stop)
os.register_at_fork(after_in_child=WORKER.forget)
