"""contents: a file is its bytes: another file under the name of one that stands is refused, so that none is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipelines.importing import rows
from pipelines.importing.model import OTHER_CONTENT, READ, Known, Outcome
from pipelines.sources.wild import Finding, Refused


def refuse_other_contents(
    outcomes: Sequence[Outcome], ledger: Iterable[Mapping[str, str]], known: Iterable[Known]
) -> None:
    """Refuses every table whose file has the name, but not the content, of a file whose table stands.

    A standing content that the sweep meets under another name is no obstacle: its rows go with it.

    Args:
        outcomes: of the sweep; those refused here keep no figures.
        ledger: the rows of files.csv.
        known: the figures under data/sources.
    """
    standing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ledger:
        if row["outcome"] in READ:
            standing[row["input_name"], row["table_id"]].add(row["file_hash"][: rows.DIGITS])
    for one in known:
        if one.row.get("origin_file"):
            standing[one.row["origin_file"], one.row["table_id"]].add(one.row["origin_hash"])
    met = {one.sha256[: rows.DIGITS] for one in outcomes}
    for outcome in outcomes:
        content = outcome.sha256[: rows.DIGITS]
        held = standing.get((rows.plain(outcome.name), rows.plain(outcome.reading.table_id)), set())
        if outcome.kind == "imported" and content not in held and held - met:
            why = _other_content(content, sorted(held - met))
            outcome.refuse(why)
            outcome.findings.append(Finding(why.code, "hard", outcome.name, "", "", why.found, why.wanted, why.next_zh,
                                            why.next_en))  # fmt: skip


def _other_content(content: str, held: Sequence[str]) -> Refused:
    found = f"SHA-256 {content}… ≠ {', '.join(f'{one}…' for one in held)} (已入库 / standing)"
    return Refused(OTHER_CONTENT, found, "相同内容或另一文件名 / the same content, or another name",
                   "同名文件已入库而内容不同，原有数字未动；请改名，或从上一级文件夹导入，或用 --replace 替换",
                   "Another file of this name stands; its figures are untouched. Rename this one, import its folder"
                   " from one level up, or pass --replace")  # fmt: skip
