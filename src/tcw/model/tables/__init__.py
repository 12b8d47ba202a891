"""One schema per table of an export, in the order they are reported."""

import dataframely as dy
import polars as pl

from tcw.model.tables.activities import Activities
from tcw.model.tables.agreement_links import AgreementLinks
from tcw.model.tables.availability import Availability
from tcw.model.tables.bookings import Bookings
from tcw.model.tables.competences import Competences
from tcw.model.tables.interests import Interests
from tcw.model.tables.introductions import Introductions
from tcw.model.tables.names import TABLE_NAMES
from tcw.model.tables.orders import Orders
from tcw.model.tables.red_days import RedDays
from tcw.model.tables.staff import Staff
from tcw.model.tables.units import Units

TABLES: dict[str, type[dy.Schema]] = {
    "staff": Staff,
    "activities": Activities,
    "bookings": Bookings,
    "orders": Orders,
    "availability": Availability,
    "competences": Competences,
    "agreement_links": AgreementLinks,
    "interests": Interests,
    "units": Units,
    "introductions": Introductions,
    "red_days": RedDays,
}

REQUIRED = ("staff", "activities", "bookings")
"""Tables without which nothing can be computed."""


def dtypes(table: str) -> pl.Schema:
    """Return the columns of a table and their Polars types, in the schema's order."""
    return pl.Schema({name: column.dtype for name, column in TABLES[table].columns().items()})


__all__ = ["REQUIRED", "TABLES", "TABLE_NAMES", "dtypes"]
