"""What people call the tables."""

from tcw.wording import Phrase

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
