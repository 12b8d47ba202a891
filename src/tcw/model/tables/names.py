"""What people call the tables."""

from tcw.wording import Message, Phrase

REJECTED_END = ".rejected"
"""What the name of a table of rows that could not be read ends with."""
REJECTED_OF = Phrase("word.rejected_of", "{table}, rows rejected")

TABLE_NAMES = {
    "staff": Phrase("word.staff", "staff"),
    "activities": Phrase("word.activities", "activities"),
    "bookings": Phrase("word.bookings", "bookings"),
    "orders": Phrase("word.orders", "orders"),
    "availability": Phrase("word.availability", "availability"),
    "competences": Phrase("word.competences", "competences"),
    "agreement_links": Phrase("word.agreement_links", "agreement links"),
    "interests": Phrase("word.interests", "interests"),
    "units": Phrase("word.units", "units"),
    "introductions": Phrase("word.introductions", "introductions"),
    "red_days": Phrase("word.red_days", "red days"),
    "requests": Phrase("word.requests", "requests"),
    "time_bank": Phrase("word.time_bank", "time bank"),
}
"""Canonical table -> its name in a sentence."""


def called(name: str) -> Message | str:
    """Return what people call a table in a sentence: one of ours in their language, any other by its own name."""
    known = name.removesuffix(REJECTED_END)
    if known not in TABLE_NAMES:
        return name
    said = Message(TABLE_NAMES[known])
    return said if known == name else Message(REJECTED_OF, {"table": said})
