"""The columns reports share: who, where, when, how many hours."""

from tcw.reports.tables.table import Column
from tcw.wording import Phrase

EMPLOYMENT_TYPES = {
    "monthly": Phrase("word.monthly", "Monthly salary"),
    "hourly": Phrase("word.hourly", "Hourly pay"),
}
YES_NO = {"true": Phrase("word.yes", "Yes"), "false": Phrase("word.no", "No")}

STAFF_ID = Column(
    "staff_id", Phrase("column.staff_id", "Employee no."), "id", short=Phrase("short.staff_id", "No.")
)
STAFF_NAME = Column("name", Phrase("column.staff_name", "Employee"))
UNIT_ID = Column("unit_id", Phrase("column.unit_id", "Unit"), "id")
UNIT_NAME = Column("name", Phrase("column.unit_name", "Unit name"))
NAME_OF_UNIT = Column("unit_name", UNIT_NAME.label)
PLANNING_AREA = Column("planning_area", Phrase("column.planning_area", "Planning area"), "id")
EMPLOYMENT_TYPE = Column(
    "employment_type", Phrase("column.employment_type", "Employment type"), words=EMPLOYMENT_TYPES
)
CATEGORY = Column("category", Phrase("column.category", "Category"))
WEEK = Column("week", Phrase("column.week", "Week"), "week")
MONTH = Column("month", Phrase("column.month", "Month"), "week")
EMPLOYEES = Column("employees", Phrase("column.employees", "Employees"), "count")

BILLABLE = Column(
    "billable_h",
    Phrase("column.billable_h", "Billable time (h)"),
    "hours",
    summed=True,
    short=Phrase("short.billable_h", "Bill. h"),
)
NON_BILLABLE = Column(
    "non_billable_h",
    Phrase("column.non_billable_h", "Non-billable time (h)"),
    "hours",
    summed=True,
    short=Phrase("short.non_billable_h", "Non-b. h"),
)
ABSENCE = Column(
    "absence_h",
    Phrase("column.absence_h", "Absence (h)"),
    "hours",
    summed=True,
    short=Phrase("short.absence_h", "Abs. h"),
)
BOOKABLE = Column(
    "bookable_h",
    Phrase("column.bookable_h", "Bookable time (h)"),
    "hours",
    summed=True,
    short=Phrase("short.bookable_h", "Bookb. h"),
)
NORMAL = Column(
    "normal_h",
    Phrase("column.normal_h", "Normal working time (h)"),
    "hours",
    summed=True,
    short=Phrase("short.normal_h", "Norm. h"),
)
HOUR_COLUMNS = (BILLABLE, NON_BILLABLE, ABSENCE, BOOKABLE, NORMAL)

ACTIVITY_ID = Column("activity_id", Phrase("column.activity_id", "Activity"), "id")
ACTIVITY_NAME = Column("activity_name", Phrase("column.activity_name", "Activity name"))
ORDER_REASON = Column("order_reason", Phrase("column.order_reason", "Order reason"))
BORROWED = Column("borrowed", Phrase("column.borrowed", "Borrowed"), words=YES_NO)
SUBSTITUTE = Column("substitute", Phrase("column.substitute", "Substitute"), words=YES_NO)
BOOKINGS = Column("bookings", Phrase("column.bookings", "Bookings"), "count", summed=True)
HIDDEN = Column("hidden", Phrase("column.hidden", "Small groups"), words=YES_NO)
HOURS = Column("hours", Phrase("column.hours", "Hours"), "hours", summed=True)
BEFORE = Column("before", Phrase("column.before", "Hours before"), "hours", summed=True)
AFTER = Column("after", Phrase("column.after", "Hours after"), "hours", summed=True)
DIFFERENCE = Column("difference", Phrase("column.difference", "Difference (h)"), "hours", summed=True)

FILE = Column("file", Phrase("column.file", "File"))
SHEET = Column("sheet", Phrase("column.sheet", "Sheet"))
TABLE = Column("table", Phrase("column.table", "Read as"))
ROWS_READ = Column("rows_read", Phrase("column.rows_read", "Rows read"), "count", summed=True)
ACCEPTED = Column("accepted", Phrase("column.accepted", "Accepted"), "count", summed=True)
REJECTED = Column("rejected", Phrase("column.rejected", "Rejected"), "count", summed=True)
