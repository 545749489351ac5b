"""sweeping: files of producers → outcomes: read, checked against each other and against what is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.catalog import Catalog
from pipelines.grid import Book, UnreadableError, read
from pipelines.importing import agreement, contents, producers, repetition, rows, sidecars
from pipelines.importing.files import Listed, listed
from pipelines.importing.model import Kind, Known, Outcome, Sweep, renamed
from pipelines.sources.declarations import DeclarationError
from pipelines.sources.wild import Finding, Reading, Refused, Sidecar

YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def sweep(
    paths: Sequence[Path], catalog: Catalog, declarations: Path, known: Sequence[Known] = (), *, replace: bool = False
) -> Sweep:
    """Every file below the paths with what became of it; nothing is written.

    Args:
        paths: files and folders.
        catalog: what is declared.
        declarations: the folder `data/imports`, with the ledger.
        known: figures that stand already (see `known.standing`); those of the files below the paths are left out.
        replace: whether a file takes the place of a standing one of its name with other content; else it is refused.

    Raises:
        MissingPathError: a path does not exist.
        DeclarationError: a declaration of a producer, the list of sidecars or the ledger cannot be used.
    """
    able = producers.declared(declarations)
    outcomes = tables(paths, catalog, declarations, able)
    if not replace:
        contents.refuse_other_contents(outcomes, rows.table(declarations / "files.csv", rows.FILES), known)
    swept = rows.Swept(outcomes, is_replacing=replace)
    others = [one for one in known if not swept.has_figure(one.row)]
    agreement.refuse_slipped_units(outcomes, others, catalog)
    repetition.settle(outcomes, others, catalog)
    return Sweep(outcomes, able.grades, replace)


def tables(paths: Sequence[Path], catalog: Catalog, declarations: Path, able: producers.Producers) -> list[Outcome]:
    """Every file below the paths, each read for itself: what it says, before files are compared with each other."""
    aside = sidecars.declared(declarations)
    outcomes: list[Outcome] = []
    firsts: dict[str, str] = {}
    for file in listed(paths, (declarations, declarations.parent / "sources")):
        outcomes += _outcomes(file, firsts, able, aside, catalog)
    for one in outcomes:
        rows.refuse_unstageable(one, able.grades, catalog)
    return outcomes


def _outcomes(
    file: Listed, firsts: dict[str, str], able: producers.Producers, aside: Mapping[str, Sidecar], catalog: Catalog
) -> list[Outcome]:
    """What one file gives: one outcome a table, or one for the whole file."""
    if file.outcome != "read":
        return [Outcome(file.name, file.sha256, file.outcome, why=file.why)]
    first = firsts.setdefault(file.sha256, file.name) if file.sha256 else file.name
    if first != file.name:
        why = Refused("duplicate", first, "a file of its own", "与该文件逐字节相同", "The same bytes as that file")
        return [Outcome(file.name, file.sha256, "duplicate", why=why)]
    try:
        sidecar = sidecars.of(file.path, file.sha256, aside)
        book = read(file.path)
    except UnreadableError as fault:
        why = Refused(fault.code, fault.found, fault.wanted, fault.next_zh, fault.next_en)
        return [Outcome(file.name, file.sha256, "refused", why=why)]
    except DeclarationError as fault:
        why = Refused("sidecar", str(fault), "indicator, year, stated_by", "请改正旁注", "Mend the sidecar")
        return [Outcome(file.name, file.sha256, "refused", why=why)]
    return _of_book(file, book, able, sidecar, catalog)


def _of_book(
    file: Listed, book: Book, able: producers.Producers, sidecar: Sidecar | None, catalog: Catalog
) -> list[Outcome]:
    """One outcome a table of the book."""
    reader = able.reader(book)
    cells = sum(1 for sheet in book.sheets for _ in sheet.filled())
    if isinstance(reader, Refused):
        unread = Reading("", "", refused=reader, cells_read=cells, cells_refused=cells)
        readings: Sequence[Reading] = [unread]
    else:
        readings = reader.read(book, catalog, sidecar)
    found = [_outcome(file, book, renamed(one, file.name), is_stated_aside=sidecar is not None) for one in readings]
    counted = sum(one.cells_read for one in readings)
    if counted != cells or any(not _adds_up(one) for one in readings):
        for one in found:
            one.refuse(Refused("cells_do_not_add_up", f"{counted}", f"{cells}", "读取器计数有误，请报告维护人员",
                               "The reader miscounts: report it to the maintainers"))  # fmt: skip
    found[0].findings.extend(_remarks(file, book))
    return found


def _outcome(file: Listed, book: Book, reading: Reading, *, is_stated_aside: bool) -> Outcome:
    """One table with what is odd about its year."""
    kind: Kind = "refused" if reading.refused else "imported"
    one = Outcome(file.name, file.sha256, kind, book.format, book.encoding or "", reading.refused, reading,
                  is_stated_aside=is_stated_aside)  # fmt: skip
    if reading.refused is not None:
        reading.figures = []
    periods = {figure.period for figure in reading.figures}
    named = set(YEAR.findall(file.path.stem))
    is_said = any("year" in finding.code for finding in reading.findings)
    if len(periods) == 1 and len(named) == 1 and periods != named and not is_said:
        found = f"{file.path.name}: {', '.join(periods)}"
        words = ("请核对；以表内年份为准", "Check it; the year in the table stands")
        reading.findings.append(Finding("year_differs", "soft", file.name, "", "", found, ", ".join(named), *words))
    return one


def _adds_up(one: Reading) -> bool:
    parts = (one.cells_accepted, one.cells_refused, one.cells_ignored)
    return min(parts) >= 0 and sum(parts) == one.cells_read


def _remarks(file: Listed, book: Book) -> list[Finding]:
    """What was odd about the file but could be read."""
    return [Finding(code, "info", file.name, "", "", en, "-", zh, en) for code, zh, en in book.remarks]
