"""queries: SQL on a release: typed arguments in, a small frame of plain objects out.

Every frame has object columns: text as str, decimals as Decimal, counts as int, truth as bool, None where missing.
"""

from .answer import NATION, TOTAL, Con, frame, present, records
from .catalogue import (
    breaks,
    codes,
    columns,
    departments,
    groups,
    release_info,
    tasks,
    units,
)
from .contests import (
    medals,
    nsc,
    observations,
    participation,
)
from .quality import (
    changes,
    checks,
    conflicts,
    data_requests,
    disagreements,
    missing,
    refused_rows,
    row_counts,
    sources,
    unverified,
)
from .review import (
    FINDING,
    IMPORT_FINDING,
    IMPORTED,
    REVISION,
    RULE,
    findings,
    import_findings,
    imports,
    revisions,
    rules,
)
from .targets import (
    statements,
    targets,
)
from .values import (
    coverage,
    headlines,
    indicators,
    latest_by_unit,
    series,
    values,
    working,
)

__all__ = [
    "FINDING",
    "IMPORTED",
    "IMPORT_FINDING",
    "NATION",
    "REVISION",
    "RULE",
    "TOTAL",
    "Con",
    "breaks",
    "changes",
    "checks",
    "codes",
    "columns",
    "conflicts",
    "coverage",
    "data_requests",
    "departments",
    "disagreements",
    "findings",
    "frame",
    "groups",
    "headlines",
    "import_findings",
    "imports",
    "indicators",
    "latest_by_unit",
    "medals",
    "missing",
    "nsc",
    "observations",
    "participation",
    "present",
    "records",
    "refused_rows",
    "release_info",
    "revisions",
    "row_counts",
    "rules",
    "series",
    "sources",
    "statements",
    "targets",
    "tasks",
    "units",
    "unverified",
    "values",
    "working",
]
