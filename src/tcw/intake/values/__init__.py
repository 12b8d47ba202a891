"""How a column of cells is written, and the expression that reads it."""

from tcw.intake.values.column import read_column
from tcw.intake.values.native import native
from tcw.intake.values.reading import Ambiguity, Hints, Reading
from tcw.intake.values.words import personal_number

__all__ = ["Ambiguity", "Hints", "Reading", "native", "personal_number", "read_column"]
