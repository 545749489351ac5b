"""encrypting: compound files with a workbook stream, in the clear or encrypted as Excel does it."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable

import olefile
import xlwt
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

DEFAULT_PASSWORD = "VelvetSweatshop"
DEFAULT_XOR = struct.pack("<HH", 0, 0x9A0A)  # key (not checked) and verifier of the default password
SALT = bytes(range(16))
VERIFIER = bytes(range(100, 116))
BLOCK = 1024
NOT_ENCRYPTED = (0x0809, 0x2F, 0x0194, 0x0195, 0xE1, 0x0196, 0x0138)
BOUND_SHEET, FILE_PASS = 0x85, 0x2F
Cipher = Callable[[bytes, list[tuple[int, int, bool]]], bytes]


def record(kind: int, body: bytes) -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def compound(stream: bytes) -> bytes:
    """A compound file with the one stream Workbook."""
    result = io.BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(result, stream)
    return result.getvalue()


def workbook_stream(data: bytes) -> bytes:
    """The stream Workbook of a compound file."""
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return file.openstream("Workbook").read()


def encrypted_xls(data: bytes, password: str = DEFAULT_PASSWORD, method: str = "rc4") -> bytes:
    """A BIFF8 workbook encrypted as Excel does.

    Args:
        data: the workbook in the clear.
        password: any; for "xor" only the default one.
        method: rc4 (Excel 97), cryptoapi (Excel 2002 and later) or xor (obfuscation).
    """
    about, cipher = {"rc4": _rc4, "cryptoapi": _cryptoapi, "xor": _xor}[method](password)
    file_pass = record(FILE_PASS, about)
    stream = workbook_stream(data)
    opening = 4 + int.from_bytes(stream[2:4], "little")
    stream = bytearray(stream[:opening] + file_pass + stream[opening:])
    hidden: list[tuple[int, int, bool]] = []
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        start, end = position + 4, position + 4 + length
        if kind == BOUND_SHEET:
            shifted = int.from_bytes(stream[start : start + 4], "little") + len(file_pass)
            stream[start : start + 4] = shifted.to_bytes(4, "little")
        if kind not in NOT_ENCRYPTED:
            hidden.append((start + 4 * (kind == BOUND_SHEET), end, kind == BOUND_SHEET))
        position = end
    ciphered = cipher(bytes(stream), hidden)
    for start, end, _ in hidden:
        stream[start:end] = ciphered[start:end]
    return compound(bytes(stream))


def _rc4(password: str) -> tuple[bytes, Cipher]:
    def cipher(stream: bytes, _: object = None) -> bytes:
        return DocumentRC4.decrypt(password, SALT, io.BytesIO(stream), blocksize=BLOCK).read()

    proof = cipher(VERIFIER + hashlib.md5(VERIFIER).digest())
    return struct.pack("<HHH", 1, 1, 1) + SALT + proof, cipher


def _cryptoapi(password: str) -> tuple[bytes, Cipher]:
    bits = 128

    def cipher(stream: bytes, _: object = None) -> bytes:
        return DocumentRC4CryptoAPI.decrypt(password, SALT, bits, io.BytesIO(stream), blocksize=BLOCK).read()

    proof = cipher(VERIFIER + hashlib.sha1(VERIFIER).digest())
    provider = "Microsoft Enhanced Cryptographic Provider v1.0\0".encode("utf-16-le")
    header = struct.pack("<IIIIIIII", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + provider
    about = struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header
    return about + struct.pack("<I", len(SALT)) + SALT + proof[:16] + struct.pack("<I", 20) + proof[16:], cipher


def _xor(password: str) -> tuple[bytes, Cipher]:
    """Obfuscation: every byte of a record is turned by 5 bits and xored with a key byte that depends on its place."""
    assert password == DEFAULT_PASSWORD
    keys = DocumentXOR.create_xor_array_method1(password)

    def cipher(stream: bytes, hidden: list[tuple[int, int, bool]]) -> bytes:
        result = bytearray(stream)
        for start, end, is_sheet in hidden:
            first = end + 4 * is_sheet  # the same arithmetic as msoffcrypto's, which adds 4 for a sheet's position
            for place in range(start, end):
                turned = (stream[place] << 5 | stream[place] >> 3) & 0xFF
                result[place] = turned ^ keys[(first + place - start) % 16]
        return bytes(result)

    return struct.pack("<H", 0) + DEFAULT_XOR, cipher


def encrypted_xlsx(data: bytes, password: str = DEFAULT_PASSWORD, spins: int = 1_000) -> bytes:
    """An xlsx workbook encrypted as Excel 2010 and later do; `spins` is how often the password is hashed."""
    return ECMA376Agile.encrypt(password, io.BytesIO(data), spin_count=spins)
