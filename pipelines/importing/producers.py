"""producers: the readers of all producers, as data/imports declares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.grid import Book
from pipelines.sources.declarations import Producer
from pipelines.sources.nbs_export import NbsExport
from pipelines.sources.panel_export import PanelExport
from pipelines.sources.reference import ReferenceFiles
from pipelines.sources.sector_workbook import SectorWorkbook
from pipelines.sources.wild import Reader, Refused
from pipelines.sources.worldskills import WorldSkills
from pipelines.sources.yearbook import Yearbook

YEARBOOKS = ("agri_machinery", "st_yearbook")


class DeclaredReader(Reader, Protocol):
    """A reader with the declaration that it works by."""

    @property
    def declaration(self) -> Producer:
        """What the producer's YAML says first: publisher, grade, note."""
        ...


@dataclass(frozen=True)
class Producers:
    """The readers, and the grade of each producer's copies."""

    readers: Sequence[Reader]
    grades: dict[str, str]

    def reader(self, book: Book) -> Reader | Refused:
        """The one reader that recognises the book, or why there is none."""
        able = [one for one in self.readers if one.recognises(book)]
        if len(able) == 1:
            return able[0]
        known = " | ".join(one.producer for one in self.readers)
        if able:
            found = " | ".join(one.producer for one in able)
            return Refused("ambiguous", found, "one producer", "几个读取器都认得此文件，请报告维护人员",
                           "Several readers know this file: report it to the maintainers")  # fmt: skip
        return Refused("unknown_producer", f"{book.format}: {_beginning(book)}", known,
                       "没有读取器认得此表：请核对内容，或为其生产者在 data/imports 中声明",
                       "No reader knows this table: check it, or declare its producer in data/imports")  # fmt: skip


def declared(folder: Path) -> Producers:
    """All readers.

    Raises:
        DeclarationError: a declaration cannot be used.
    """
    readers: list[DeclaredReader] = [
        NbsExport.declared(folder),
        SectorWorkbook.declared(folder),
        PanelExport.declared(folder),
        WorldSkills.declared(folder),
        ReferenceFiles.declared(folder),
        *(Yearbook.declared(folder, producer) for producer in YEARBOOKS),
    ]
    return Producers(readers, {one.producer: one.declaration.grade for one in readers})


def _beginning(book: Book) -> str:
    """The first words of the book."""
    texts = (" ".join(text.split()) for sheet in book.sheets for _, _, text in sheet.filled())
    return next(texts, "-")[:60]
