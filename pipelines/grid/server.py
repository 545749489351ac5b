"""server: the process that reads files for others: it forks for every file, and the fork lives within the limits."""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from pipelines.grid import formats
from pipelines.grid.faults import too_many_cells, unreadable
from pipelines.grid.limits import Limits
from pipelines.grid.model import UnreadableError
from pipelines.grid.parsed import Parsed, Rows

FILES = 32
ROWS_AT_ONCE = 500


def main() -> None:
    """Serve until the other side closes: a line of JSON and the file's bytes in, lines of JSON out.

    The last line of each answer is {"exit", "signal", "memory"}: how the fork ended, and its peak in kilobytes.
    """
    for kind in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(kind, signal.SIG_DFL)
    gc.freeze()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := asked.readline():
        request = json.loads(line)
        data = asked.read(request["size"])
        process = os.fork()
        if process == 0:
            _read_and_leave(data, request["stem"], Limits(**request["limits"]), answers)
        del data
        _, status, used = os.wait4(process, 0)
        code = os.waitstatus_to_exitcode(status)
        answers.write(b"\n")  # a killed fork leaves half a line
        _say(answers, {"exit": max(code, 0), "signal": max(-code, 0), "memory": used.ru_maxrss})
        answers.flush()


def _read_and_leave(data: bytes, stem: str, limits: Limits, answers: BinaryIO) -> NoReturn:
    """The life of a fork: confine itself, read one file, answer, and end without returning."""
    _confine(limits)
    code = 1
    try:
        for message in _messages(data, stem, limits):
            _say(answers, message)
        code = 0
    except UnreadableError as fault:
        _say(answers, _fault(fault))
    except MemoryError:
        _say(answers, _fault(unreadable("too_large", f"more than {limits.memory} bytes of memory in use")))
    except BaseException as fault:  # noqa: BLE001 - a parser's panic is no Exception; here every fault is the file's
        _say(answers, _fault(unreadable("damaged", f"a file that stops its reader ({type(fault).__name__}: {fault})")))
    finally:
        try:
            answers.flush()
        finally:
            os._exit(code)


def _confine(limits: Limits) -> None:
    """Take from this process what a reader does not need; the clock ends it even inside of foreign code."""
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    for kind, most in (
        (resource.RLIMIT_CPU, limits.seconds + 1),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, FILES),
    ):
        resource.setrlimit(kind, (most, most))


def _messages(data: bytes, stem: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """What is said of a file: its format, each sheet and its rows, remarks, and that this is all."""
    parsed = formats.parsed(data, stem, limits)
    yield {"format": parsed.format, "encoding": parsed.encoding}
    yield from _sheets(parsed, limits)
    yield {"remarks": parsed.remarks}
    yield {"end": True}


def _sheets(parsed: Parsed, limits: Limits) -> Iterator[dict[str, Any]]:
    """Each sheet's name and its rows in batches, as long as all together stay within the limits."""
    count, cells, letters = 0, limits.cells, limits.letters
    for name, rows in parsed.sheets:
        count += 1
        yield {"sheet": name}
        height, width, batch = 0, 0, []
        for row in _without_empty_end(rows):
            height, width = height + 1, max(width, len(row))
            letters -= sum(map(len, row))
            if height * width > cells or letters < 0 or any(len(text) > limits.cell_letters for text in row):
                raise too_many_cells(name, height, width)
            batch.append(row)
            if len(batch) == ROWS_AT_ONCE:
                yield {"rows": batch}
                batch = []
        yield {"rows": batch}
        cells -= height * width
    if not count:
        broken = [remark for remark in parsed.remarks if remark[0] == "sheet_unreadable"]
        raise unreadable(*(("damaged", broken[0][2]) if broken else ("no_table", "a workbook without a worksheet")))


def _without_empty_end(rows: Rows) -> Iterator[list[str]]:
    """Rows without nothing at their end, and without rows of nothing but spaces at the end of all."""
    held: list[list[str]] = []
    for row in rows:
        while row and not row[-1]:
            row.pop()
        held.append(row)
        if any(text.strip() for text in row):
            yield from held
            held = []


def _fault(fault: UnreadableError) -> dict[str, Any]:
    return {"fault": [fault.code, fault.found, fault.wanted, fault.next_zh, fault.next_en]}


def _say(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
