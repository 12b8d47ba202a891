"""What a report covers, in one line: the period and what was selected."""

from tcw.kpis.result import KpiResult
from tcw.wording import Language, Phrase

PERIOD = Phrase("text.period", "{first} to {last}")
ONE_WEEK = Phrase("text.one_week", "{first}")
SELECTION = Phrase("text.selection", "Selection: {filters}")
EVERYBODY = Phrase("text.everybody", "Selection: everybody")


def period_text(kpi: KpiResult, lang: Language) -> str:
    """Return the weeks the report covers: "2026-W10 to 2026-W17"."""
    phrase = ONE_WEEK if kpi.first_week == kpi.last_week else PERIOD
    return phrase.say(lang, first=kpi.first_week, last=kpi.last_week)


def filters_text(kpi: KpiResult) -> str:
    """Return the filters as options and values; empty when there are none."""
    return " · ".join(f"{option} {value}".strip() for option, value in kpi.filters.items())


def selection_text(kpi: KpiResult, lang: Language) -> str:
    """Return the filters in a sentence."""
    filters = filters_text(kpi)
    return SELECTION.say(lang, filters=filters) if filters else EVERYBODY.say(lang)
