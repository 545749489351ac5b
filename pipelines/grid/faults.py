"""faults: why a file cannot be read, in words: what was wanted and what to do next, for every kind of fault."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.grid.model import UnreadableError

READABLE = "a table: CSV or TSV text, xlsx, xls, ods, HTML or SpreadsheetML"
LONGEST = 300


@dataclass(frozen=True)
class Words:
    """What was wanted instead of a fault, and the next step in both languages."""

    wanted: str
    next_zh: str
    next_en: str


FAULTS = {
    "missing": Words("an existing file", "请检查文件名和链接是否有效", "Check the name, and where a link points"),
    "not_a_file": Words(
        "an ordinary file",
        "请给出文件本身，而不是文件夹、管道或设备",
        "Name the file itself, not a folder, pipe or device",
    ),
    "not_readable": Words("a file that may be read", "请检查文件的读取权限", "Check the file's permissions"),
    "empty": Words("a file with content", "文件为空，请重新下载或导出", "Download or export it again"),
    "too_large": Words(
        "a file within the limits (pipelines/grid/limits.py)",
        "文件过大或解压后过大，请拆分，或将所需工作表另存为 CSV",
        "Split the file, or save the sheet that is needed as CSV",
    ),
    "too_slow": Words(
        "a file that can be read within the time limit",
        "读取超时，请用表格软件打开后另存为 xlsx 或 CSV",
        "Open it in a spreadsheet program and save it as xlsx or CSV",
    ),
    "damaged": Words(
        "an undamaged file",
        "文件已损坏，请重新下载，或用表格软件打开后另存为 xlsx",
        "Download it again, or open it in a spreadsheet program and save it as xlsx",
    ),
    "password": Words(
        "a file without a password",
        "请向提供方索取无密码的文件，或用密码打开后另存",
        "Ask the provider for a file without a password, or open it and save it without one",
    ),
    "code_page": Words(
        "text in one code page: UTF-8, GB18030, or UTF-16 with a byte-order mark",
        "编码错误或混用，请用文本编辑器按正确编码打开后另存为 UTF-8",
        "Open it in a text editor under the right code page and save it as UTF-8",
    ),
    "nul_bytes": Words(
        "text without NUL bytes",
        "文件含空字节，可能是不带 BOM 的 UTF-16 或已损坏，请另存为 UTF-8",
        "It may be UTF-16 without a byte-order mark, or damaged: save it as UTF-8",
    ),
    "control_characters": Words(
        "text without control characters",
        "文件含控制字符，可能不是文本，请重新导出",
        "It may be no text at all: export it again",
    ),
    "quotes": Words(
        "balanced quotation marks", "引号不成对，请检查该行的双引号", "Mend the quotation marks from that line on"
    ),
    "unsafe": Words(
        "a workbook without document type declarations and entities",
        "文件含 XML 实体声明，可能有害，请用表格软件打开后另存为 xlsx",
        "It may be harmful: open it in a spreadsheet program and save it as xlsx",
    ),
    "other_format": Words(READABLE, "此类文件不能读取，请导出为 xlsx 或 CSV", "Export the table as xlsx or CSV"),
    "no_table": Words(
        "at least one sheet or table", "文件中没有表格，请检查是否选错文件", "Check whether it is the right file"
    ),
    "reader_failed": Words(
        "a working reading process",
        "读取进程未能启动，请检查安装（bluebook doctor）",
        "The reading process did not start: check the installation (bluebook doctor)",
    ),
}


def unreadable(code: str, found: str) -> UnreadableError:
    """The error of a fault, with its words; `found` is shortened to what a person will read."""
    words = FAULTS[code]
    short = " ".join(found.split())[:LONGEST]
    return UnreadableError(code, short, words.wanted, words.next_zh, words.next_en)


def too_many_cells(sheet: str, height: int, width: int) -> UnreadableError:
    """The error of a sheet with which the cells or letters of a file become too many."""
    return unreadable("too_large", f"a file of too many cells or letters: “{sheet}” has {height} rows, {width} columns")
