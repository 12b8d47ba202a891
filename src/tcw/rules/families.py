"""The families of rules, by the first two letters of their codes."""

from typing import Final

from tcw.wording import Phrase

FAMILIES: Final = {
    "WT": Phrase("family.WT", "Working time"),
    "PL": Phrase("family.PL", "Planning"),
    "AG": Phrase("family.AG", "Agreements"),
    "BK": Phrase("family.BK", "Bookings and competences"),
    "ST": Phrase("family.ST", "Settings"),
}
