"""importing: tables as their producers publish them → rows of data/sources, with a ledger of every file and cell."""

from pipelines.importing.files import MissingPathError
from pipelines.importing.model import Known, Outcome, Sweep
from pipelines.importing.rows import standing
from pipelines.importing.sweeping import sweep
from pipelines.importing.writing import removed, write

__all__ = ["Known", "MissingPathError", "Outcome", "Sweep", "removed", "standing", "sweep", "write"]
