"""grid: a file → cells, whatever it is: CSV in any encoding, xlsx, xls, encrypted xls, HTML named .xls."""

from pipelines.grid.limits import Limits
from pipelines.grid.model import Book, Sheet, UnreadableError, place
from pipelines.grid.reading import read

__all__ = ["Book", "Limits", "Sheet", "UnreadableError", "place", "read"]
