"""labels: what a cell of a published table says: a region, an aggregate of regions, a number, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from pipelines.catalog import Catalog, CatalogError, Declared

HAN = re.compile(r"[㐀-鿿]+")
LATIN = re.compile(r"[A-Za-z.,'&()-]*")
GROUPED = re.compile(r"[0-9]{1,3}(?:[ ,][0-9]{3})+(?:\.[0-9]+)?")
PLAIN = re.compile(r"[0-9]*\.[0-9]+|[0-9]+")
MISSING_MARKS = frozenset({"…", "……", "...", "......", "-", "--", "—", "——", "–", "空", ""})
WIDE = "<wide>"


@dataclass(frozen=True)
class Printed:
    """A number as a cell prints it: its digits, its qualifier, and the reason where there is none."""

    value: str
    qualifier: str = "exact"
    missing_reason: str = ""


class RegionLabels(Declared):
    """region_labels.yaml: other names of units, known misprints, and aggregates (first the name, then its forms)."""

    aliases: dict[str, tuple[str, ...]]
    misprints: dict[str, str]
    aggregates: tuple[tuple[str, ...], ...]


def tidied(text: str) -> str:
    """The text in compatibility form, without white space, line breaks and invisible characters."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if not one.isspace() and unicodedata.category(one) not in ("Cf", "Cc"))


class Regions:
    """The region column of published tables: labels → units of the catalogue.

    A label is Chinese, English, or Chinese followed by English ("河北Hebei"); where both stand, the Chinese decides,
    because printed English names are abbreviated, broken over lines and misspelt.

    Raises:
        CatalogError: region_labels.yaml cannot stand.
    """

    def __init__(self, catalog: Catalog) -> None:
        path = catalog.root / "region_labels.yaml"
        declared = _declared(path)
        names = {code: (one.name.zh, one.short.zh, one.name.en) for code, one in catalog.reporting_units.items()}
        unknown = sorted({*declared.aliases, *declared.misprints.values()} - set(names))
        if unknown:
            found = ", ".join(unknown)
            raise CatalogError(f"{path}: found {found}, wanted codes of reporting_units.csv. Mend the code.")
        self._misprints = {_key(label): code for label, code in declared.misprints.items()}
        self._codes = _index(path, ((code, (*names[code], *declared.aliases.get(code, ()))) for code in names))
        self._aggregates = _index(path, ((forms[0], forms) for forms in declared.aggregates))
        for both in sorted(set(self._codes) & {*self._aggregates, *self._misprints}):
            raise CatalogError(f"{path}: found {both!r} as a unit and as an aggregate or misprint. Keep one.")

    def code(self, text: str) -> str | None:
        """The unit that the label names, else None; a known misprint counts (see `doubt`)."""
        found = self._found(text, self._codes)
        return found if found is not None else self._found(text, self._misprints)

    def aggregate(self, text: str) -> str | None:
        """The aggregate that the label names (a macro-region, "其他"), else None; it is never stored or summed."""
        return self._found(text, self._aggregates)

    def doubt(self, text: str) -> str | None:
        """What is odd about a label that `code` accepts: a misprint, or an English name of another unit."""
        code = self.code(text)
        if code is None:
            return None
        if self._found(text, self._codes) is None:
            return f"{tidied(text)} = {code}?"
        other = self._codes.get(_key(HAN.sub("", tidied(text))))
        return f"{tidied(text)}: {other}?" if other not in (None, code) else None

    @staticmethod
    def _found(text: str, index: Mapping[str, str]) -> str | None:
        key = _key(text)
        if key in index:
            return index[key]
        chinese = HAN.match(key)
        if chinese is None or LATIN.fullmatch(key, chinese.end()) is None:
            return None
        return index.get(chinese.group())


def number(text: str) -> Printed | None:
    """The number that a cell prints, digits untouched; None where it is no number.

    Thousands may be set off by spaces of any width or by commas, but only in groups of three: "1 121521.01" is a
    misprint or two numbers and is refused. A raised or circled figure is a footnote mark and no digit of the number.
    An empty cell and the printed marks of absence ("…", "—") give a missing reason.
    """
    stripped = text.strip()
    if any(unicodedata.decomposition(one).partition(" ")[0] not in ("", WIDE) for one in stripped if one.isnumeric()):
        return None
    if re.search(r"[\r\n\v\f]", stripped):
        return None
    spaced = re.sub(r"\s", " ", unicodedata.normalize("NFKC", stripped)).replace("−", "-")
    if spaced.replace(" ", "") in MISSING_MARKS:
        return Printed("", missing_reason="not_stated")
    qualifier = "at_most" if spaced[0] in "<≤" else "exact"
    unsigned = spaced.lstrip("<≤").strip() if qualifier == "at_most" else spaced
    sign = "-" if unsigned.startswith("-") else ""
    digits = unsigned.removeprefix("-")
    if not digits.isascii() or (GROUPED.fullmatch(digits) is None and PLAIN.fullmatch(digits) is None):
        return None
    value = digits.replace(" ", "").replace(",", "")
    return Printed(sign + ("0" + value if value.startswith(".") else value), qualifier)


def _key(text: str) -> str:
    return tidied(text).casefold()


def _index(path: Path, names: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    """Label → what it names; a label of two things is a fault."""
    index: dict[str, str] = {}
    for target, labels in names:
        for label in labels:
            if index.setdefault(_key(label), target) != target:
                raise CatalogError(f"{path}: {label!r} names {index[_key(label)]} and {target}. Keep one.")
    return index


def _declared(path: Path) -> RegionLabels:
    try:
        return RegionLabels.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise CatalogError(f"{path}: cannot be read: {fault}. Mend or restore the file.") from fault
