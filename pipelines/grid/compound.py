"""compound: an OLE file → the xls or encrypted xlsx workbook in it, or what else it is."""

from __future__ import annotations

import io
import struct

import olefile

from pipelines.grid.faults import unreadable

STRANGERS = (
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint document"),
    ("__properties_version1.0", "an Outlook message"),
)


def workbook_stream(data: bytes) -> bytes | None:
    """The workbook stream of an xls file; None for an encrypted xlsx file.

    Raises:
        UnreadableError: damaged, or the file of another program.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            for name in ("Workbook", "Book"):
                if file.exists(name):
                    return bytes(file.openstream(name).read())
            if file.exists("EncryptedPackage"):
                return None
            stranger = next((words for name, words in STRANGERS if file.exists(name)), None)
    except (OSError, ValueError, IndexError, struct.error) as fault:
        raise unreadable("damaged", f"a compound file that does not open ({fault})") from None
    raise unreadable("other_format", stranger or "a compound file without a workbook")
