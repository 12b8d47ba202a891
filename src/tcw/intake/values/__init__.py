"""How a column of cells is written, and the expression that reads it."""

from tcw.intake.values.column import read_column
from tcw.intake.values.ids import personal_number
from tcw.intake.values.native import native
from tcw.intake.values.reading import Ambiguity, Hints, Reading

__all__ = ["Ambiguity", "Hints", "Reading", "native", "personal_number", "read_column"]
