"""demo: an invented country: believable returns from declarations, and faults planted in them on demand."""

from pipelines.demo.country import country
from pipelines.demo.faults import Fault, Faults, faults, plant
from pipelines.demo.reading import DemoError

__all__ = ["DemoError", "Fault", "Faults", "country", "faults", "plant"]
