"""What a report covers, in one line: the period and what was selected."""

from collections.abc import Mapping

from tcw.kpis.result import KpiResult
from tcw.wording import Language, Phrase

PERIOD = Phrase("text.period", "{first} to {last}")
SELECTION = Phrase("text.selection", "Selection: {filters}")
EVERYBODY = Phrase("text.everybody", "Selection: everybody")
OPTIONS: Mapping[str, Phrase] = {
    "service": Phrase("option.service", "service"),
    "area": Phrase("option.area", "area"),
    "planning-area": Phrase("option.planning_area", "planning area"),
    "unit": Phrase("option.unit", "unit"),
    "employment-type": Phrase("option.employment_type", "employment type"),
    "category": Phrase("option.category", "category"),
    "rate-min": Phrase("option.rate_min", "employment rate at least"),
    "rate-max": Phrase("option.rate_max", "employment rate at most"),
    "staff": Phrase("option.staff", "employee"),
}
"""Filters as people call them, by the option that asks for them."""


def period_text(kpi: KpiResult, lang: Language) -> str:
    """Return the weeks the report covers: "2026-W10 to 2026-W17"."""
    if kpi.first_week == kpi.last_week:
        return kpi.first_week
    return PERIOD.say(lang, first=kpi.first_week, last=kpi.last_week)


def filters_text(kpi: KpiResult, lang: Language) -> str:
    """Return the filters and what was asked for; empty when there are none."""
    return " · ".join(f"{_named(option, lang)} {value}".strip() for option, value in kpi.filters.items())


def _named(option: str, lang: Language) -> str:
    name = option.lstrip("-").replace("_", "-")
    return OPTIONS[name].template(lang) if name in OPTIONS else name


def selection_text(kpi: KpiResult, lang: Language) -> str:
    """Return the filters in a sentence."""
    filters = filters_text(kpi, lang)
    return SELECTION.say(lang, filters=filters) if filters else EVERYBODY.say(lang)
