"""nbs_checks: what the preamble and the header of an export must say before a figure is believed."""

from __future__ import annotations

import re

from pipelines.sources.nbs_layout import LATEST, RANGE, YEAR, Block, named
from pipelines.sources.wild import Refused, Sidecar

DATABASE = "分省年度数据"
SLIPPED = ("请核对是否错位，或重新导出", "See whether something slipped, or export again")
NOT_ANNUAL = re.compile(r"\d{4}年(?:第?[一二三四1-4]季度|\d{1,2}月|[上下]半年|[A-D])")


class RefusalError(Exception):
    """A table that is refused, and why."""

    def __init__(self, code: str, found: str, wanted: str, next_zh: str, next_en: str) -> None:
        super().__init__(f"{code}: found {found}, wanted {wanted}")
        self.refused = Refused(code, found[:200], wanted[:400], next_zh, next_en)


def check_preamble(block: Block, publisher: str) -> None:
    """Passes a block of the yearly provincial database, from the declared publisher, with a header.

    Raises:
        RefusalError: another database, another source, no header, or text that has no place.
    """
    again = ("请从国家数据网站重新导出分省年度数据", "Export the yearly provincial data again from the site")
    for said in block.words("database"):
        if said != DATABASE:
            raise RefusalError("other_database", said, DATABASE, *again)
    sources = block.words("source")
    if any(publisher not in said for said in sources):
        raise RefusalError("other_publisher", " ".join(sources), publisher, *again)
    if not block.header:
        raise RefusalError("no_header", "-", "地区 | 指标, 2024年, 2023年 …", *again)
    if block.loose:
        cells = f"{len(block.loose)} cells above the header without a label"
        raise RefusalError("unknown_text", cells, "数据库： 指标： 时间： 地区", *again)


def years(block: Block, width: int) -> dict[int, str]:
    """The year of every column of figures.

    Args:
        block: with its header.
        width: columns of the sheet.

    Raises:
        RefusalError: a heading is no year, comes twice, or the years are not those that the preamble names.
    """
    found: dict[int, str] = {}
    for (_, column), text in block.header[1:]:
        match = YEAR.fullmatch(text)
        if match is None:
            code = "not_annual" if NOT_ANNUAL.fullmatch(text) else "unknown_header"
            raise RefusalError(code, text, "2024年", "本系统只收年度数据，请导出年度数据", "Only yearly data are taken")
        if match[1] in found.values():
            raise RefusalError("doubled_header", text, "each year once", *SLIPPED)
        found[column] = match[1]
    _check_years(block, found, width)
    return found


def _check_years(block: Block, found: dict[int, str], width: int) -> None:
    """The header against the line 时间： of the preamble, so that a header that slipped is not believed."""
    said = " ".join(block.words("time"))
    printed = [int(year) for year in found.values()]
    falling = list(range(max(printed, default=0), max(printed, default=0) - len(printed), -1))
    is_run = list(found) == list(range(1, len(found) + 1)) and printed == falling
    bounds, latest = RANGE.fullmatch(said), LATEST.fullmatch(said)
    fits = bool(printed)
    if bounds is not None:
        fits = is_run and {printed[0], printed[-1]} == {int(bounds[1]), int(bounds[2])}
    elif latest is not None:  # the site leaves out the running year, so one column fewer is right too
        fits = is_run and len(printed) in (int(latest[1]), int(latest[1]) - 1) and width == len(found) + 1
    if not fits:
        shown = f"{said or '-'}: {' '.join(found.values()) or '-'}"
        raise RefusalError("years_differ", shown, "表头年份与“时间：”一行一致 / the years of the line 时间：", *SLIPPED)


def indicator(block: Block, sidecar: Sidecar | None) -> tuple[str, bool]:
    """The printed indicator, and whether a sidecar and not the file names it.

    Raises:
        RefusalError: none is named, several are, or file and sidecar disagree.
    """
    printed = block.words("indicator")
    stated = sidecar.indicator if sidecar else None
    if not printed and stated is None:
        next_zh = "文件未写指标名：请在 data/imports/sidecars.yaml 或同名 .yaml 中说明 indicator 和 stated_by"
        next_en = "State `indicator` and `stated_by` in data/imports/sidecars.yaml or in a .yaml of the file's name"
        raise RefusalError("no_indicator", "-", "指标：… 或旁注 / or a sidecar", next_zh, next_en)
    if len(printed) > 1:
        one = ("请每次导出一个指标", "Export one indicator at a time")
        raise RefusalError("several_indicators", "; ".join(printed), "one indicator a table", *one)
    if not printed:
        return str(stated), True
    if stated is not None and named(stated) != named(printed[0]):
        mend = ("文件与旁注不一致，请更正旁注", "File and sidecar disagree: mend the sidecar")
        raise RefusalError("sidecar_contradicts", f"{printed[0]} ≠ {stated}", "one name", *mend)
    return printed[0], False
