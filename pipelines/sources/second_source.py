"""second_source: the unit of a table, proved by figures of another source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from pipelines.catalog import Catalog, Declared
from pipelines.sources.candidates import Candidate
from pipelines.sources.ledger import Advice, Ledger, Mark

POWERS = (-8, -6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8)
NOT_PROVED = Advice("agreement with a second source",
                    "单位无法确认，不采用；请核对单位，或在 data/imports 中补充对照数",
                    "The unit is not proved and nothing is taken; check it, or declare more figures to compare")
NOT_STATED = Advice("a unit in the file", "文件未写单位，按声明取", "The declared unit is taken; compare it once more")
SLIPPED = Advice("the unit that the cells have", "文件所写单位与数值不符，按声明取",
                 "The stated unit does not fit the cells; the declared one is taken")
OTHER_EDITION = Advice("the figure of the second source", "请查是否版本不同", "Look whether it is another edition")


class Anchor(Declared):
    """A figure of a second source, by which the unit of a table is proved.

    Args:
        unit_code: the reporting unit.
        period: the year; without it any year will do, and the median of all years is compared.
        industry: the industry; `is_sum` compares the sum of all industries instead.
        value: in `unit`.
        within: the largest ratio of the two that still agrees.
        source: who printed it, and where.
    """

    unit_code: str
    period: str | None = None
    industry: str = "_T"
    is_sum: bool = False
    value: Decimal
    unit: str
    within: Decimal = Decimal("1.02")
    source: str

    def ratio(self, candidates: Iterable[Candidate]) -> Decimal | None:
        """What the table says ÷ what the second source says, as printed in both; None where it says nothing."""
        years: dict[str, list[Decimal]] = defaultdict(list)
        for one in candidates:
            is_meant = one.unit_code == self.unit_code and self.period in (None, one.period) and one.printed.value
            if is_meant and (self.is_sum or one.industry == self.industry):
                years[one.period].append(Decimal(one.printed.value))
        return median(sum(values, Decimal(0)) for values in years.values()) / self.value if years else None


@dataclass(frozen=True)
class Proof:
    """What the anchors say of a unit: how many agree, the power of ten that some are off by, and those that differ."""

    agreeing: int
    power: int | None
    differing: tuple[str, ...]


def proof(
    anchors: Sequence[Anchor], candidates: Sequence[Candidate], factors: Mapping[str, Decimal], unit: str
) -> Proof:
    """Whether the candidates of one measure are in the unit, by a second source."""
    agreeing, powers, differing = 0, [], []
    for anchor in anchors:
        printed = anchor.ratio(candidates)
        if printed is None:
            continue
        ratio = printed * factors[unit] / factors[anchor.unit]
        power = next((one for one in POWERS if _is_near(ratio, Decimal(10) ** one, anchor.within)), None)
        if _is_near(ratio, Decimal(1), anchor.within):
            agreeing += 1
        elif power is not None:
            powers.append(power)
        else:
            where = f"{anchor.unit_code} {anchor.period or ''}".strip()
            differing.append(f"{where}: {ratio:.3f} × {anchor.value.normalize():f} {anchor.unit} ({anchor.source})")
    return Proof(agreeing, powers[0] if powers else None, tuple(differing))


def _is_near(ratio: Decimal, wanted: Decimal, within: Decimal) -> bool:
    return wanted / within <= ratio <= wanted * within


@dataclass(frozen=True)
class Claim:
    """The unit of one measure in one file.

    Args:
        measure_id: the measure.
        said: the unit that the file prints or its name states; None where it states none.
        declared: the unit that data/imports states.
        anchors: figures of a second source.
    """

    measure_id: str
    said: str | None
    declared: str
    anchors: tuple[Anchor, ...]


def settled_unit(ledger: Ledger, claim: Claim, candidates: Sequence[Candidate], catalog: Catalog) -> str | None:
    """The unit of the cells, as a second source proves it; None where it cannot be trusted, and the cells are refused.

    The unit that the file states comes first, then the declared one; where the two differ, that is told.
    """
    factors = catalog.units_of_measure[catalog.measures[claim.measure_id].unit].printed
    units = [one for one in dict.fromkeys((claim.said, claim.declared)) if one in factors]
    proofs = {unit: proof(claim.anchors, candidates, factors, unit) for unit in units if unit}
    for unit, found in proofs.items():
        if found.agreeing and found.power is None:
            _tell(ledger, claim, unit, found)
            return unit
    first = next(iter(proofs.values()), Proof(0, None, ()))
    code = "unit_unproven" if first.power is None else "unit_slip"
    off = f"10^{first.power}" if first.power is not None else "; ".join(first.differing) or "no figure to compare"
    said = claim.said or f"{claim.declared} (data/imports)"
    ledger.report(code, "hard", None, f"{claim.measure_id} in {said}: {off}", NOT_PROVED)
    ledger.mark(Mark.REFUSED, (spot for one in candidates for spot in (one.spot, *one.labels)))
    return None


def _tell(ledger: Ledger, claim: Claim, unit: str, found: Proof) -> None:
    """Tells how the unit was settled, and what differs although it is."""
    agreeing = f"{claim.measure_id} in {unit}: {found.agreeing} figures of a second source agree"
    if claim.said is None:
        ledger.report("unit_declared", "info", None, agreeing, NOT_STATED)
    elif claim.said != unit:
        ledger.report("unit_slip", "soft", None, f"{agreeing}; the file says {claim.said}", SLIPPED)
    for one in found.differing:
        ledger.report("differs", "soft", None, f"{claim.measure_id} {one}", OTHER_EDITION)
