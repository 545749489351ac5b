"""reference: files that are known and hold no figures of Chinese regions: read, compared, told about, never stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.catalog import Catalog, Declared
from pipelines.grid import Book, Sheet
from pipelines.sources import panel
from pipelines.sources.declarations import Producer, declaration
from pipelines.sources.eurostat import Flag, is_eurostat, parsed
from pipelines.sources.labels import tidied
from pipelines.sources.ledger import Advice, Ledger, Mark, Spot
from pipelines.sources.wild import Reading, Refused, Sidecar

TEXTS = ("csv", "tsv", "txt", "text")
DIRECTORY = ("code", "cname", "exp", "name", "unit")
AREAS = (("code", "name"), ("code", "name", "provinceCode"), ("code", "name", "cityCode", "provinceCode"))
PARENTS = ("provinceCode", "cityCode")
PROVINCE, CITY, COUNTY = 2, 4, 6
UNIT_DIFFERS = Advice("the unit that data/imports declares", "目录单位与声明不同，请核对数值是否已换算",
                      "Check whether the cells were converted from the unit of the directory")  # fmt: skip
NOT_IN_DIRECTORY = Advice("an indicator of the directory", "请核对指标名", "Check the indicator's name")
AREA_DIFFERS = Advice("the name in reporting_units.csv", "请核对代码表与报送单位", "Compare the list with the units")
NOT_READ = Advice("the layout of this kind of file", "请与原文件核对", "Compare with the original file")


class DirectoryUnit(Declared):
    """An indicator of the official directory, and the unit that our declarations use for its measure."""

    indicator: str
    measure_id: str
    unit: str


class ReferenceDeclaration(Producer):
    """reference.yaml: what reference files are compared with."""

    directory_units: tuple[DirectoryUnit, ...]
    flags: Mapping[str, Flag]
    xpcc_prefix: str


@dataclass(frozen=True)
class _File:
    """A reference file on its way to a reading: the ledger, its one sheet, and its header: name → column."""

    ledger: Ledger
    sheet: Sheet
    columns: Mapping[str, int]

    def text(self, row: int, name: str) -> str:
        return self.sheet.rows[row][self.columns[name]].strip()

    def spot(self, row: int, name: str) -> Spot:
        return Spot(self.sheet.name, row, self.columns[name])


class ReferenceFiles:
    """Reader of reference files; whatever it reads is refused for import, and the reason says what the file held."""

    producer = "reference"

    def __init__(self, declared: ReferenceDeclaration) -> None:
        self.declaration = declared

    @classmethod
    def declared(cls, folder: Path) -> ReferenceFiles:
        """The reader as `reference.yaml` in the folder declares it.

        Raises:
            DeclarationError: the declaration cannot be used.
        """
        return cls(declaration(folder / f"{cls.producer}.yaml", ReferenceDeclaration))

    def recognises(self, book: Book) -> bool:
        """Whether the header is that of a directory of indicators, a list of area codes, or a Eurostat table."""
        return self._kind(book) is not None

    def read(self, book: Book, catalog: Catalog, sidecar: Sidecar | None) -> Sequence[Reading]:  # noqa: ARG002 - nothing is stored
        """One reading without figures."""
        panel.check_measures(catalog, self.producer, {
            one.measure_id: [one.unit] for one in self.declaration.directory_units})  # fmt: skip
        sheet, kind = book.sheets[0], self._kind(book)
        columns = {tidied(text): column for column, text in enumerate(sheet.rows[0]) if text.strip()}
        file = _File(Ledger(book, self.producer, kind or ""), sheet, columns)
        match kind:
            case "eurostat":
                reason = self._eurostat(file)
            case "indicator_directory":
                reason = self._directory(file, catalog)
            case _:
                reason = self._areas(file, catalog)
        return [file.ledger.reading(book.sheets, reason)]

    def _kind(self, book: Book) -> str | None:
        if book.format not in TEXTS or len(book.sheets) != 1 or not book.sheets[0].rows:
            return None
        header = tuple(tidied(text) for text in book.sheets[0].rows[0] if text.strip())
        if is_eurostat(book.sheets[0]):
            return "eurostat"
        if set(DIRECTORY) <= set(header):
            return "indicator_directory"
        return "area_codes" if header in AREAS else None

    def _eurostat(self, file: _File) -> Refused:
        table = parsed(file.sheet, self.declaration.flags)
        _refuse(file, table.faults)
        for at, key in table.repeated:
            file.ledger.report("repeated_key", "soft", Spot(file.sheet.name, *at), key, NOT_READ)
        _ignore_rest(file, {at for at, _ in table.faults})
        return Refused("foreign_regions", table.summary(), "regions that are Chinese reporting units",
                       "NUTS 地区不是中国的报送单位，不入库",
                       "NUTS regions are not Chinese reporting units; nothing is stored")  # fmt: skip

    def _directory(self, file: _File, catalog: Catalog) -> Refused:
        units: dict[str, tuple[str, Spot]] = {}
        faults = []
        for row in range(1, len(file.sheet.rows)):
            if not file.text(row, "code") or not file.text(row, "name"):
                faults += [((row, at), text) for at, text in enumerate(file.sheet.rows[row]) if text.strip()]
            else:
                units.setdefault(tidied(file.text(row, "name")), (file.text(row, "unit"), file.spot(row, "unit")))
        _refuse(file, faults)
        for one in self.declaration.directory_units:
            said, spot = units.get(one.indicator, ("", None))
            factors = catalog.units_of_measure[catalog.measures[one.measure_id].unit].printed
            if spot is None:
                file.ledger.report("not_in_directory", "info", None, one.indicator, NOT_IN_DIRECTORY)
            elif said != one.unit:
                ratio = f" × {factors[one.unit] / factors[said]:f}" if said in factors else ""
                found = f"{one.indicator}: {said or '-'}; data/imports: {one.unit}{ratio}"
                file.ledger.report("unit_differs", "info", spot, found, UNIT_DIFFERS)
        _ignore_rest(file, {at for at, _ in faults})
        codes = Counter(file.text(row, "code") for row in range(1, len(file.sheet.rows)) if file.text(row, "code"))
        return Refused("reference", f"{len(codes)} indicator codes with definitions and units, no figures", "figures",
                       "指标目录只有定义和单位，没有数据，不入库；单位已与声明核对",
                       "A directory holds definitions and units and no figures; units were compared")  # fmt: skip

    def _areas(self, file: _File, catalog: Catalog) -> Refused:
        faults, codes = [], {}
        for row in range(1, len(file.sheet.rows)):
            code, parents = file.text(row, "code"), [file.text(row, one) for one in PARENTS if one in file.columns]
            is_whole = code.isdecimal() and len(code) in (PROVINCE, CITY, COUNTY) and bool(file.text(row, "name"))
            if not is_whole or not all(one and code.startswith(one) for one in parents) or code in codes:
                faults += [((row, at), text) for at, text in enumerate(file.sheet.rows[row]) if text.strip()]
            else:
                codes[code] = (file.text(row, "name"), file.spot(row, "name"))
        _refuse(file, faults)
        compared = _compare_areas(file.ledger, codes, catalog)
        xpcc = sum(code.startswith(self.declaration.xpcc_prefix) and len(code) == COUNTY for code in codes)
        _ignore_rest(file, {at for at, _ in faults})
        noted = f", {xpcc} XPCC cities ({self.declaration.xpcc_prefix}xx)" if xpcc else ""
        return Refused("reference", f"{len(codes)} area codes, {compared} compared{noted}", "figures",
                       "区划代码表，已与 reporting_units.csv 核对，不入库",
                       "A reference list, checked against reporting_units.csv; nothing is stored")  # fmt: skip


def _compare_areas(ledger: Ledger, codes: Mapping[str, tuple[str, Spot]], catalog: Catalog) -> int:
    """Compares names by code; tells of provinces that the list lacks or has beyond ours.

    Returns:
        How many codes were compared.
    """
    levels = {len(code) for code in codes}
    ours = {one.code: one.name.zh for one in catalog.reporting_units.values()
            if one.kind in ("province", "separately_planned_city", "city")}  # fmt: skip
    short = {code.removesuffix("0000") if code.endswith("0000") else code[:CITY]: name for code, name in ours.items()}
    compared = 0
    for code, name in sorted(short.items()):
        if len(code) not in levels:
            continue
        compared += 1
        said, spot = codes.get(code, ("-", None))
        if tidied(said) != tidied(name):
            ledger.report("area_differs", "soft", spot, f"{code}: {said}; reporting_units.csv: {name}", AREA_DIFFERS)
    if PROVINCE in levels:
        for code in sorted(code for code in codes if len(code) == PROVINCE and code not in short):
            ledger.report("area_unknown", "soft", codes[code][1], f"{code}: {codes[code][0]}", AREA_DIFFERS)
    return compared


def _refuse(file: _File, faults: Sequence[tuple[tuple[int, int], str]]) -> None:
    for at, text in faults:
        file.ledger.refuse("not_read", Spot(file.sheet.name, *at), text.strip()[:80], NOT_READ)


def _ignore_rest(file: _File, refused: set[tuple[int, int]]) -> None:
    """What was read is ignored by declaration: a reference file gives no figures."""
    file.ledger.mark(Mark.IGNORED, (Spot(file.sheet.name, row, column) for row, column, _ in file.sheet.filled()
                                    if (row, column) not in refused))  # fmt: skip
