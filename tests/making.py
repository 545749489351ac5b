"""making: test files of every format and trap, made here; and broken copies of any file."""

from __future__ import annotations

import hashlib
import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

import msoffcrypto.format.ooxml
import olefile
import openpyxl
import xlwt
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
Cells = Sequence[Sequence[object]]
TABLE: Cells = (
    ("2023年各地区规上工业企业R&D人员", "", ""),
    ("地区", "R&D人员(人)", "全时当量\n(万人年)"),
    ("全    国", 4440550, 315.1828),
    ("北 京", 65486, 5.9993),
    ("河北Hebei", 66307, 1.6286),
    ("新疆", 7877, 0.4695),
)


def delimited(
    rows: Cells = TABLE, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n", after: str = ""
) -> bytes:
    """Delimited text; `after` is set behind every cell, as the national site does with a tab."""

    def cell(value: object) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if re.search(rf'["\r\n{delimiter}]', text) else text

    lines = (delimiter.join(cell(value) + after for value in row) for row in rows)
    return "".join(line + end for line in lines).encode(encoding)


def xlsx(sheets: Mapping[str, Cells] | None = None, hidden: Sequence[str] = ()) -> bytes:
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets or {"表1": TABLE}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BY_HAND = (
    '<row r="2"><c r="C2" t="s"><v>0</v></c><c r="D2"><v>5.9993</v></c></row>'
    '<row r="3"><c r="C3" t="s"><v>1</v></c><c r="D3" s="1"><v>45291</v></c></row>'
    '<row r="4"><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D4"><f>A1+1</f></c></row>'
    '<row r="5"><c r="C5" t="b"><v>1</v></c><c r="D5"><v>1E7</v></c></row>'
)


def xlsx_by_hand(rows: str = BY_HAND) -> bytes:
    """A workbook with what openpyxl does not write: shared strings, an error value, a formula without result.

    Its table begins in C2, it names a drawing that it does not hold, and it has a link to another workbook.
    """

    def relations(*pairs: tuple[str, str]) -> bytes:
        each = "".join(f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
                       for number, (kind, target) in enumerate(pairs, start=1))  # fmt: skip
        return f'<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'.encode()

    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="手工" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><r><t>北</t></r><r><t xml:space="preserve"> 京</t></r>'
        "</si><si><t>河北Hebei</t></si></sst>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>',
    }
    return zipped(
        {name: f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode() for name, text in parts.items()}
        | {
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")
            ),
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "../drawings/drawing1.xml")),
        }
    )


def xls(sheets: Mapping[str, Cells] | None = None, hidden: Sequence[str] = ()) -> bytes:
    """A BIFF8 workbook as xlwt writes it."""
    book = xlwt.Workbook()
    for name, rows in (sheets or {"表1": TABLE}).items():
        sheet = book.add_sheet(name)
        sheet.visibility = 1 if name in hidden else 0
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                sheet.write(row, column, value)
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


def xls_with_errors() -> bytes:
    """A BIFF8 workbook with an error value in C2 of its first sheet and in A1 of its second."""
    book = xlwt.Workbook()
    for name, row, column, error in (("表1", 1, 2, 0x07), ("Sheet2", 0, 0, 0x2A)):
        sheet = book.add_sheet(name)
        sheet.write(3, 3, 7)
        sheet.row(row).set_cell_error(column, error)
    result = io.BytesIO()
    book.save(result)
    return result.getvalue()


def record(kind: int, body: bytes) -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def xls_biff5(rows: Cells = TABLE, name: str = "表1") -> bytes:
    """A workbook of Excel 5/95 in code page 936: labels and numbers."""

    def globals_(position: int) -> bytes:
        title = name.encode("gbk")
        sheet = struct.pack("<IH", position, 0) + bytes((len(title),)) + title
        return (
            record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0x0DBB, 0x07CC))
            + record(0x42, struct.pack("<H", 936))
            + record(BOUND_SHEET, sheet)
            + record(0x0A, b"")
        )

    body = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0x0DBB, 0x07CC))
    body += record(0x0200, struct.pack("<HHHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, int | float):
                body += record(0x0203, place + struct.pack("<d", value))
            else:
                text = str(value).encode("gbk")
                body += record(0x0204, place + struct.pack("<H", len(text)) + text)
    stream = globals_(len(globals_(0))) + body + record(0x0A, b"")
    return compound(stream).replace("Workbook".encode("utf-16-le") + b"\x00\x00" + bytes(46) + b"\x12",
                                    "Book".encode("utf-16-le") + bytes(56) + b"\x0a")  # fmt: skip


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


Cipher = Callable[[bytes, list[tuple[int, int, bool]]], bytes]


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


def encrypted_xlsx(data: bytes, password: str = DEFAULT_PASSWORD) -> bytes:
    """An xlsx workbook encrypted as Excel 2010 and later do."""
    result = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(data)).encrypt(password, result)
    return result.getvalue()


def html(body: str | None = None, charset: str = "utf-8", declared: str | None = None) -> bytes:
    """An HTML page as sites save it under the name .xls."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in TABLE[1:])
    shown = body if body is not None else f"<div>{TABLE[0][0]}</div><table>{rows}</table><div>摘编自年鉴</div>"
    about = f'<meta http-equiv="Content-Type" content="text/html; charset={declared or charset}">'
    head = f"<head><title>导出</title>{about}"
    return f"<!-- 网页 -->\n<html>\n{head}</head>\n<body>{shown}</body></html>\n".encode(charset)


def spreadsheetml(rows: Cells = TABLE, before: str = "") -> bytes:
    """The XML workbook of Excel 2003."""

    def cell(value: object) -> str:
        kind = "Number" if isinstance(value, int | float) else "String"
        text = str(value).replace("&", "&amp;").replace("<", "&lt;")
        return f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>'

    lines = "".join("<Row>" + "".join(map(cell, row)) + "</Row>" for row in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="表1"><Table>{lines}</Table></Worksheet></Workbook>'
    ).encode()


def ods(rows: Cells = TABLE, after: str = "") -> bytes:
    """An OpenDocument workbook; `after` is put behind the last row."""

    def cell(value: object) -> str:
        text = str(value).replace("&", "&amp;").replace("<", "&lt;")
        if isinstance(value, int | float):
            about = f'office:value-type="float" office:value="{value}"'
        else:
            about = 'office:value-type="string"'
        return f"<table:table-cell {about}><text:p>{text}</text:p></table:table-cell>"

    lines = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in
                      ("office", "table", "text"))  # fmt: skip
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="表1">{lines}{after}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def zipped(parts: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """A zip archive; given as a sequence, a part may come twice."""
    result = io.BytesIO()
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    seen: dict[str, str] = {}
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as file:
        for number, (name, content) in enumerate(pairs):
            alias = name if name not in seen else f"{number:0{len(name)}}"[: len(name)]
            seen.setdefault(name, alias)
            file.writestr(zipfile.ZipInfo(alias, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            if alias != name:
                file.infolist()[-1].filename = name
    return result.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def changed(data: bytes, name: str, change: Callable[[bytes], bytes] | bytes | None) -> bytes:
    """A zip archive with one part changed, replaced, added, or (None) taken out."""
    inside = parts(data)
    if change is None:
        inside.pop(name, None)
    else:
        inside[name] = change if isinstance(change, bytes) else change(inside[name])
    return zipped(inside)


def zip_bomb(data: bytes, size: int, *, is_honest: bool = True) -> bytes:
    """A workbook with a part of zeros; a dishonest one declares a size of 1."""
    bomb = changed(data, "xl/media/image1.bin", bytes(size))
    if is_honest:
        return bomb
    real, small = struct.pack("<I", size), struct.pack("<I", 1)
    return bomb.replace(real, small)


DTD = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def with_entities(part: bytes) -> bytes:
    """An XML part with a document type declaration that defines entities."""
    head, _, rest = part.partition(b"?>")
    return head + b"?>" + DTD + rest if rest else DTD + part


def mutations(data: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Broken copies of a file, each with the name of its fault; the same for the same seed."""
    chance = random.Random(seed)
    yield from _torn(data, chance)
    yield from _flipped(data, chance)
    yield from _recoded(data, chance)
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield from _rezipped(data, chance)


def _torn(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for length in (1, 8, len(data) // 2, len(data) - 1, *(chance.randrange(len(data)) for _ in range(4))):
        yield f"truncated at {length}", data[:length]
    at = chance.randrange(len(data))
    yield "shifted by one byte", b"\x00" + data
    yield "first byte lost", data[1:]
    yield f"byte lost at {at}", data[:at] + data[at + 1 :]
    yield f"bytes added at {at}", data[:at] + chance.randbytes(7) + data[at:]
    yield f"512 zeros at {at}", data[:at] + bytes(512) + data[at + 512 :]
    yield f"block twice at {at}", data[: at + 512] + data[at:]
    yield "twice", data + data
    yield "rubbish behind", data + chance.randbytes(600)
    yield "empty", b""


def _flipped(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for name, end, times in (("bytes", len(data), 28), ("header bytes", min(len(data), 600), 14)):
        for _ in range(times):
            copy = bytearray(data)
            for _ in range(chance.choice((1, 3, 20))):
                copy[chance.randrange(end)] = chance.randrange(256)
            yield f"{name} flipped", bytes(copy)


def _recoded(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    for name in ("gb18030", "big5", "utf-16-le", "utf-16", "utf-32", "cp1252", "shift_jis"):
        yield f"recoded as {name}", text.encode(name, errors="replace")
    middle = len(text) // 2
    yield "two code pages", text[:middle].encode("utf-8") + text[middle:].encode("gb18030")
    at = chance.randrange(len(data))
    yield f"NUL at {at}", data[:at] + b"\x00" + data[at:]
    yield f"quotation mark at {at}", data[:at] + b'"' + data[at:]
    yield "100,000 empty lines", data + b"\n" * 100_000
    yield "100,000 empty rows", data + b",,,,\n" * 100_000
    yield "a cell of 200,000 letters", data + b"x" * 200_000
    yield "recoded twice", data.decode("latin-1").encode("utf-8")


def _rezipped(data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    inside = parts(data)
    for name in inside:
        yield f"without {name}", changed(data, name, None)
    name = chance.choice(sorted(inside))
    yield f"{name} twice", zipped([*inside.items(), (name, inside[name])])
    yield f"{name} renamed", zipped([(part + "x" if part == name else part, body) for part, body in inside.items()])
    yield f"{name} empty", changed(data, name, b"")
    for name in sorted(name for name in inside if name.endswith((".xml", ".rels"))):
        yield f"entities in {name}", changed(data, name, with_entities)
        yield f"{name} cut off", changed(data, name, inside[name][: len(inside[name]) // 2])
        yield f"{name} flipped", changed(data, name, next(_flipped(inside[name], chance))[1])
    for name in sorted(name for name in inside if name.startswith("xl/worksheets/sheet") or name == "content.xml"):
        yield from _recelled(data, name, chance)
    yield "external link", changed(data, "xl/externalLinks/externalLink1.xml", b'<externalLink r:id="rId1"/>')
    yield "zip bomb", zip_bomb(data, 210_000_000)
    yield "lying zip bomb", zip_bomb(data, 210_000_001, is_honest=False)


def _recelled(data: bytes, name: str, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Odd values in the cells of one sheet."""
    sheet = parts(data)[name]
    values = list(re.finditer(rb"(?:<v>|office:value=\")([^<\"]*)", sheet))
    if values:
        for odd in (b"abc", b"NaN", b"inf", b"1e999", b"-1e-400", b"9" * 400, b"", b"&#0;", b"&lt;", b"99999999999"):
            start, end = chance.choice(values).span(1)
            yield f"{odd[:12]!r} in a cell of {name}", changed(data, name, sheet[:start] + odd + sheet[end:])
    rows = b"".join(b'<row r="%d"></row>' % number for number in range(1_000, 101_000))
    yield "100,000 empty rows", changed(data, name, sheet.replace(b"</sheetData>", rows + b"</sheetData>"))
    for place in (b"XFD1048576", b"A1048576", b"ZZZZ9", b"A0", b"A99999999999", b"1A", b""):
        far = b'<row><c r="%s"><v>1</v></c></row></sheetData>' % place
        yield f"a cell at {place!r}", changed(data, name, sheet.replace(b"</sheetData>", far))
    for kind in (b"s", b"e", b"b", b"d", b"inlineStr", b"zz"):
        typed = re.sub(rb'(<c r="\w+")[^>]*>', rb'\1 t="%s">' % kind, sheet)
        yield f"cells of type {kind!r} in {name}", changed(data, name, typed)


def samples() -> dict[str, bytes]:
    """One good file of every format, by name."""
    return {
        "comma.csv": delimited(),
        "semicolon.csv": delimited(delimiter=";", encoding="gb18030", end="\r\n"),
        "tab.tsv": delimited(delimiter="\t", encoding="utf-16"),
        "new site.csv": delimited(encoding="utf-8-sig", after="\t"),
        "workbook.xlsx": xlsx({"表1": TABLE, "隐藏": TABLE}, hidden=("隐藏",)),
        "by hand.xlsx": xlsx_by_hand(),
        "encrypted.xlsx": encrypted_xlsx(xlsx()),
        "biff8.xls": xls({"表1": TABLE, "隐藏": TABLE}, hidden=("隐藏",)),
        "biff5.xls": xls_biff5(),
        "errors.xls": xls_with_errors(),
        "rc4.xls": encrypted_xls(xls(), method="rc4"),
        "cryptoapi.xls": encrypted_xls(xls(), method="cryptoapi"),
        "xor.xls": encrypted_xls(xls(), method="xor"),
        "page.xls": html(),
        "xml2003.xml": spreadsheetml(),
        "open.ods": ods(),
    }
