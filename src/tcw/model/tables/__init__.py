"""One schema per table of an export, in the order they are reported."""

from tcw.model.tables.activities import ACTIVITIES
from tcw.model.tables.agreement_links import AGREEMENT_LINKS
from tcw.model.tables.availability import AVAILABILITY
from tcw.model.tables.bookings import BOOKINGS
from tcw.model.tables.competences import COMPETENCES
from tcw.model.tables.field import Table
from tcw.model.tables.interests import INTERESTS
from tcw.model.tables.introductions import INTRODUCTIONS
from tcw.model.tables.names import REJECTED_END, TABLE_NAMES, called
from tcw.model.tables.orders import ORDERS
from tcw.model.tables.red_days import RED_DAYS
from tcw.model.tables.requests import REQUESTS
from tcw.model.tables.staff import STAFF
from tcw.model.tables.time_bank import TIME_BANK
from tcw.model.tables.units import UNITS

TABLES: dict[str, Table] = {
    "staff": STAFF,
    "activities": ACTIVITIES,
    "bookings": BOOKINGS,
    "orders": ORDERS,
    "availability": AVAILABILITY,
    "competences": COMPETENCES,
    "agreement_links": AGREEMENT_LINKS,
    "interests": INTERESTS,
    "units": UNITS,
    "introductions": INTRODUCTIONS,
    "red_days": RED_DAYS,
    "requests": REQUESTS,
    "time_bank": TIME_BANK,
}

REQUIRED = ("staff", "activities", "bookings")
"""Tables without which nothing can be computed."""

__all__ = ["REJECTED_END", "REQUIRED", "TABLES", "TABLE_NAMES", "called"]
