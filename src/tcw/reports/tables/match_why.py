"""What the booking assistant's conditions are called, as something people fail and as something that holds."""

from typing import Final

from tcw.rules.catalogue import RULES
from tcw.wording import Language, Phrase

FAILED: Final = {
    "not-introduced": Phrase("fails.not-introduced", "not introduced at the unit"),
    "other-area": Phrase("fails.other-area", "belong to another planning area"),
    "not-available": Phrase("fails.not-available", "not available for all of it"),
    "not-selected": Phrase("fails.not-selected", "booked by no booking assistant"),
    "taken": Phrase("fails.taken", "could, but take other orders"),
    "not-chosen": Phrase("fails.not-chosen", "could, but the plan has somebody better"),
}
HOLDS: Final = {
    "BK03": Phrase("holds.employed", "employed"),
    "not-introduced": Phrase("holds.introduced", "may work at the unit"),
    "other-area": Phrase("holds.area", "may work at the unit"),
    "not-available": Phrase("holds.available", "available"),
    "not-selected": Phrase("holds.selected", "a booking assistant's"),
    "BK02": Phrase("holds.present", "not absent"),
    "BK01": Phrase("holds.free", "not booked already"),
    "BK04": Phrase("holds.competent", "has the competences"),
    "BK05": Phrase("holds.valid", "competences valid"),
    "rules": Phrase("holds.rules", "breaks no rule"),
}
STATES: Final = {
    "filled": Phrase("state.filled", "The plan fills it."),
    "unfilled": Phrase("state.unfilled", "The plan does not fill it."),
    "staffed": Phrase("state.staffed", "It is not vacant: somebody is booked on it already."),
    "stopped": Phrase("state.stopped", "It is not vacant: it is cancelled or stopped."),
    "started": Phrase("state.started", "It is not to be filled: it starts before the day of --as-of."),
    "backwards": Phrase("state.backwards", "It cannot be filled: it ends before it starts."),
    "other-unit": Phrase("state.other-unit", "It is not to be filled: it is of another unit than --unit."),
    "too-early": Phrase("state.too-early", "It is not to be filled: it starts before --from."),
    "too-late": Phrase("state.too-late", "It is not to be filled: it starts after --to."),
}
_LABELS: Final = {rule.code: rule.label for rule in RULES}


def failed_text(code: str, lang: Language) -> str:
    """Return a condition as what people fail; a rule by its code and label."""
    if code in FAILED:
        return FAILED[code].say(lang)
    return f"{code} {_LABELS[code].say(lang)}" if code in _LABELS else code


def holds_text(code: str, lang: Language) -> str:
    """Return a condition as what holds; a rule by its code and label."""
    return HOLDS[code].say(lang) if code in HOLDS else failed_text(code, lang)
