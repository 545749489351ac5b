"""making: test files of every format and trap, made here; the door to its neighbours zipping, encrypting, breaking."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Mapping, Sequence

import openpyxl
import xlwt

from tests.breaking import mutations
from tests.encrypting import DEFAULT_PASSWORD, compound, encrypted_xls, encrypted_xlsx, record, workbook_stream
from tests.zipping import DTD, changed, parts, with_entities, zip_bomb, zipped

__all__ = [
    "DEFAULT_PASSWORD", "DTD", "TABLE", "changed", "compound", "delimited", "encrypted_xls", "encrypted_xlsx", "html",
    "mutations", "ods", "parts", "record", "samples", "spreadsheetml", "with_entities", "workbook_stream", "xls",
    "xls_biff5", "xls_with_errors", "xlsx", "xlsx_by_hand", "zip_bomb", "zipped",
]  # fmt: skip
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
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
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


def xls_biff5(rows: Cells = TABLE, name: str = "表1") -> bytes:
    """A workbook of Excel 5/95 in code page 936: labels and numbers."""

    def globals_(position: int) -> bytes:
        title = name.encode("gbk")
        sheet = struct.pack("<IH", position, 0) + bytes((len(title),)) + title
        return (
            record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0x0DBB, 0x07CC))
            + record(0x42, struct.pack("<H", 936))
            + record(0x85, sheet)
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
