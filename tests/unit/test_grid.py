"""Files of every format, read into the same cells."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.grid import Book, cell_text, read
from tests import making
from tests.making import TABLE

EXPECTED = tuple(tuple(str(value) for value in row) for row in TABLE)
Given = Callable[..., Book]


@pytest.fixture
def given_file(tmp_path: Path) -> Given:
    """Writes a file and reads it."""

    def made(data: bytes, name: str = "表.xlsx") -> Book:
        path = tmp_path / name
        path.write_bytes(data)
        return read(path)

    return made


def codes(book: Book) -> list[str]:
    return [code for code, _, _ in book.remarks]


def on_one_line(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """As HTML shows spaces: breaks and runs are one space."""
    return tuple(tuple(" ".join(text.split()) for text in row) for row in rows)


@pytest.mark.parametrize(
    ("name", "format_", "encoding"),
    [
        ("comma.csv", "csv", "utf-8"),
        ("semicolon.csv", "csv", "gb18030"),
        ("tab.tsv", "tsv", "utf-16"),
        ("workbook.xlsx", "xlsx", None),
        ("encrypted.xlsx", "xlsx", None),
        ("biff8.xls", "xls", None),
        ("biff5.xls", "xls", None),
        ("rc4.xls", "xls", None),
        ("cryptoapi.xls", "xls", None),
        ("xor.xls", "xls", None),
        ("xml2003.xml", "spreadsheetml", "utf-8"),
        ("open.ods", "ods", None),
    ],
)
def test_every_format_gives_the_same_cells(given_file: Given, name: str, format_: str, encoding: str | None) -> None:
    data = making.samples()[name]
    book = given_file(data, name)
    assert book.sheets[0].rows == EXPECTED
    assert (book.name, book.format, book.encoding) == (name, format_, encoding)
    assert book.sha256 == hashlib.sha256(data).hexdigest()
    assert book.sheets[0].name == ("表1" if "." not in name or format_ not in ("csv", "tsv") else name.split(".")[0])
    assert "extension" not in codes(book)


def test_a_page_is_read_as_a_spreadsheet_program_shows_it(given_file: Given) -> None:
    book = given_file(making.samples()["page.xls"], "page.xls")
    assert book.format == "html"
    assert book.sheets[0].rows == (*on_one_line(EXPECTED), ("摘编自年鉴", "", ""))
    assert codes(book) == ["extension"]


@pytest.mark.parametrize(("charset", "declared"), [("gb18030", "gb2312"), ("utf-8", "gb2312"), ("utf-16", "utf-8")])
def test_the_page_itself_beats_its_declared_code_page(given_file: Given, charset: str, declared: str) -> None:
    book = given_file(making.html(charset=charset, declared=declared), "page.html")
    assert book.sheets[0].rows[0][0] == TABLE[0][0]


def test_merged_cells_of_a_page_hold_their_text_once(given_file: Given) -> None:
    table = (
        "<table><tr><td rowspan=2 colspan=2>a</td><td>b</td></tr><tr><td>c</td></tr>"
        "<tr><th>d<br>e</th><td>&nbsp;</td><td><b>f</b>  g<script>x</script></td></tr></table>"
    )
    book = given_file(making.html(table), "page.html")
    assert book.sheets[0].rows == (("a", "", "b"), ("", "", "c"), ("d\ne", "\xa0", "f g"))


def test_a_table_in_a_cell_follows_its_row(given_file: Given) -> None:
    inner = "<table><tr><td>1</td><td>2</td></tr></table>"
    book = given_file(making.html(f"<table><tr><td>a{inner}</td></tr><tr><td>b</td></tr></table>"), "page.html")
    assert book.sheets[0].rows == (("a", ""), ("1", "2"), ("b", ""))


def test_the_tab_behind_every_cell_is_kept(given_file: Given) -> None:
    book = given_file(making.samples()["new site.csv"], "new.csv")
    assert book.sheets[0].rows == tuple(tuple(text + "\t" for text in row) for row in EXPECTED)
    assert (book.format, book.encoding) == ("csv", "utf-8-sig")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", (("a", "b"), ("1", "2"))),
        ("注：,\n区;值\n北京;1,5\n天津;2,5\n", (("注：,", ""), ("区", "值"), ("北京", "1,5"), ("天津", "2,5"))),
        ("地区\t值\n北京\t1,234,567\n", (("地区", "值"), ("北京", "1,234,567"))),
        ("a,b\r1,2\r", (("a", "b"), ("1", "2"))),
        ("一列\n二\n", (("一列",), ("二",))),
        ("a,b,,\n,,,\n\n", (("a", "b"),)),
        ("a,b, \n1, ,\n , , \n", (("a", "b"), ("1", " "))),
        ("a\n\n b,\n", (("a",), ("",), (" b",))),
        ('a,"b,\n""c"""\n', (("a", 'b,\n"c"'),)),
    ],
)
def test_delimited_text(given_file: Given, text: str, rows: tuple[tuple[str, ...], ...]) -> None:
    assert given_file(text.encode(), "x.csv").sheets[0].rows == rows


def test_what_the_workbook_reader_leaves_out_is_put_back(given_file: Given) -> None:
    book = given_file(making.xlsx_by_hand())
    assert book.sheets[0].rows == (
        ("", "", "", ""),
        ("", "", "北 京", "5.9993"),
        ("", "", "河北Hebei", "2023-12-31"),
        ("", "", "#DIV/0!", ""),
        ("", "", "TRUE", "10000000"),
    )
    assert sorted(codes(book)) == ["external_links", "missing_parts", "uncomputed"]


def test_error_values_of_old_workbooks_are_put_back(given_file: Given) -> None:
    book = given_file(making.xls_with_errors(), "x.xls")
    assert [[(row, column, text) for row, column, text in sheet.filled()] for sheet in book.sheets] == [
        [(1, 2, "#DIV/0!"), (3, 3, "7")],
        [(0, 0, "#N/A"), (3, 3, "7")],
    ]


def test_hidden_sheets_are_read_and_named(given_file: Given) -> None:
    for name in ("workbook.xlsx", "biff8.xls"):
        book = given_file(making.samples()[name], name)
        assert [sheet.rows for sheet in book.sheets] == [EXPECTED, EXPECTED]
        assert codes(book) == ["hidden_sheet"]


def test_encrypted_files_say_so(given_file: Given) -> None:
    for name in ("rc4.xls", "cryptoapi.xls", "xor.xls", "encrypted.xlsx"):
        data = making.samples()[name]
        assert "北".encode("utf-16-le") not in data
        assert codes(given_file(data, name)) == ["default_password"]


@pytest.mark.parametrize("part", ["xl/theme/theme1.xml", "xl/styles.xml"])
def test_a_missing_part_is_remarked_on(given_file: Given, part: str) -> None:
    book = given_file(making.changed(making.xlsx(), part, None))
    assert book.sheets[0].rows == EXPECTED
    assert codes(book) == ["missing_parts"]


@pytest.mark.parametrize("styles", [b"", b"<styleSheet", b"<styleSheet><cellXfs><xf numFmtId='x'/>"])
def test_defective_styles_do_not_cost_the_figures(given_file: Given, styles: bytes) -> None:
    book = given_file(making.changed(making.xlsx(), "xl/styles.xml", styles))
    assert book.sheets[0].rows == EXPECTED
    assert codes(book) == ["defective_styles"]


def test_a_sheet_with_text_in_a_number_cell_is_named_and_the_others_are_read(given_file: Given) -> None:
    data = making.xlsx({"坏": TABLE, "好": TABLE})
    broken = making.changed(data, "xl/worksheets/sheet1.xml", lambda part: part.replace(b">65486<", b">abc<"))
    book = given_file(broken)
    assert [sheet.name for sheet in book.sheets] == ["好"]
    assert codes(book) == ["sheet_unreadable"]
    assert "坏" in book.remarks[0][1]


@pytest.mark.parametrize(("value", "text"), [(b"NaN", "NaN"), (b"1e999", "inf"), (b"1e7", "10000000")])
def test_odd_numbers_stay_visible(given_file: Given, value: bytes, text: str) -> None:
    sheet = making.parts(making.xlsx())["xl/worksheets/sheet1.xml"].replace(b">65486<", b">%s<" % value)
    data = making.changed(making.xlsx(), "xl/worksheets/sheet1.xml", sheet)
    assert given_file(data).sheets[0].rows[3][1] == text


def test_a_hundred_thousand_empty_rows_cost_nothing(given_file: Given) -> None:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(1_000, 101_000))
    data = making.changed(making.xlsx(), "xl/worksheets/sheet1.xml",
                          lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"))  # fmt: skip
    assert given_file(data).sheets[0].rows == EXPECTED
    assert given_file(making.delimited() + b",,,\n" * 100_000, "x.csv").sheets[0].rows == EXPECTED


def test_another_extension_is_a_remark_and_no_refusal(given_file: Given) -> None:
    assert codes(given_file(making.xlsx(), "x.csv")) == ["extension"]
    assert codes(given_file(making.delimited(), "x")) == ["extension"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.9993, "5.9993"),
        (763.6, "763.6"),
        (12165815.0, "12165815"),
        (1e7, "10000000"),
        (1e22, "1" + "0" * 22),
        (1e-9, "0.000000001"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (float("nan"), "NaN"),
        (float("-inf"), "-inf"),
        (7, "7"),
        (True, "TRUE"),
        (dt.datetime.fromisoformat("2023-12-31T08:05:00"), "2023-12-31 08:05:00"),
        (dt.date(2023, 12, 31), "2023-12-31"),
        (dt.time(8, 5), "08:05:00"),
        (dt.timedelta(hours=36, seconds=5), "36:00:05"),
        (" 北 京\n", " 北 京\n"),
    ],
)
def test_the_text_of_a_value(value: object, text: str) -> None:
    assert cell_text.text(value) == text


@given(some.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself_and_is_never_scientific(value: float) -> None:
    text = cell_text.number(value)
    assert float(text) == value
    assert set(text) <= set("-.0123456789")
    assert len(Decimal(text).as_tuple().digits) <= max(17, len(text.split(".")[0]))
