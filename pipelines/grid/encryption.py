"""encryption: protected workbooks that Excel's default password opens → the same workbooks in the clear, in memory."""

from __future__ import annotations

import io
import struct
from xml.parsers.expat import ExpatError

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
from msoffcrypto.format.xls97 import Xls97File
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from pipelines.grid import records
from pipelines.grid.faults import unreadable
from pipelines.grid.model import UnreadableError

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - Excel's own, for files that are protected without a password
BLOCK = 1024
XOR_BLOCK = 10
STREAM = "Workbook"
FAULTS = (DecryptionError, FileFormatError, ParseError, ExpatError, OSError, ValueError, LookupError, struct.error)


def is_encrypted(stream: bytes) -> bool:
    """Whether an xls workbook stream is encrypted."""
    return any(record.kind == records.FILE_PASS for record in records.of(stream, 0))


def plain_xlsx(data: bytes) -> bytes:
    """An encrypted xlsx file in the clear.

    Raises:
        UnreadableError: another password, or damaged.
    """
    result = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=DEFAULT_PASSWORD)
        file.decrypt(result)
    except InvalidKeyError:
        raise unreadable("password", "an xlsx workbook with a password") from None
    except FAULTS as fault:
        raise _damaged(fault) from None
    return result.getvalue()


def plain_xls(data: bytes, stream: bytes) -> tuple[bytes, bytes]:
    """An encrypted xls file and its workbook stream, in the clear.

    Raises:
        UnreadableError: another password, damaged, or obfuscated in the way of Excel 95.
    """
    try:
        file = Xls97File(io.BytesIO(data))
        file.load_key(password=DEFAULT_PASSWORD)
        clear = _decrypted(file, stream)
        whole = io.BytesIO(data)
        with olefile.OleFileIO(whole, write_mode=True) as opened:
            opened.write_stream(STREAM, clear)
            return whole.getvalue(), clear
    except InvalidKeyError:
        raise unreadable("password", "an xls workbook with a password") from None
    except FAULTS as fault:
        raise _damaged(fault) from None


def _decrypted(file: Xls97File, stream: bytes) -> bytes:
    """The stream in the clear: the cipher runs over all of it, but some records never were encrypted."""
    clear = bytearray(stream)
    hidden = [record for record in records.every(stream) if record.kind not in records.NEVER_ENCRYPTED]
    plain = bytearray(_deciphered(file, stream, hidden))
    for record in hidden:
        start = record.start + (records.SHEET_POSITION if record.kind == records.BOUND_SHEET else 0)
        clear[start : record.end] = plain[start : record.end]
    for record in records.every(stream):
        if record.kind == records.FILE_PASS:  # what remains would tell a reader that the file is still encrypted
            clear[record.start - records.HEADER : record.start - 2] = b"\x00\x00"
            clear[record.start : record.end] = bytes(record.end - record.start)
    return bytes(clear)


def _deciphered(file: Xls97File, stream: bytes, hidden: list[records.Record]) -> bytes:
    """The whole stream run through the cipher."""
    opened: io.BytesIO
    match getattr(file, "type", None):
        case "rc4":
            opened = DocumentRC4.decrypt(file.key, file.salt, io.BytesIO(stream), blocksize=BLOCK)
        case "rc4_cryptoapi":
            source = io.BytesIO(stream)
            opened = DocumentRC4CryptoAPI.decrypt(file.key, file.salt, file.keySize, source, blocksize=BLOCK)
        case "xor":
            opened = DocumentXOR.decrypt(file.key, io.BytesIO(stream), _marks(stream, hidden), [], XOR_BLOCK)
        case _:
            raise DecryptionError("an unknown way of encryption")
    return opened.read()


def _marks(stream: bytes, hidden: list[records.Record]) -> list[int]:
    """For every byte whether it is obfuscated, in msoffcrypto's marks: -1, and -2 for a sheet's name."""
    marks = [0] * len(stream)
    for record in hidden:
        is_sheet = record.kind == records.BOUND_SHEET
        start = record.start + (records.SHEET_POSITION if is_sheet else 0)
        marks[start : record.end] = [-2 if is_sheet else -1] * (record.end - start)
    return marks


def _damaged(fault: Exception) -> UnreadableError:
    return unreadable("damaged", f"an encrypted workbook that does not open ({type(fault).__name__}: {fault})")
