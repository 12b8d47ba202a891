"""What the workbook's sheets are called: in the language of the run, unless people have given them other names or refer to them."""

import html
import re
from collections.abc import Mapping

from tcw.audit.run import Audit
from tcw.reports.about import SHEET_ABOUT
from tcw.reports.excel.checklist_restore import TITLE as RESTORE
from tcw.reports.excel.checklist_sheet import TITLE as CHECKLIST
from tcw.reports.excel.checklist_signoff import FAMILY, LANGUAGES, SHEET
from tcw.reports.excel.excel_book import marker_start, quoted, sheet_name
from tcw.reports.excel.package_xml import elements, inner, text_of
from tcw.reports.excel.workbook_package import Package
from tcw.reports.tables.checklist_tables import TITLE_FINDINGS, changed_title, evidence_title, marker_of
from tcw.wording import Language, Phrase

SUMMARY = Phrase("title.summary", "Summary")


def sheet_titles(audit: Audit, lang: Language) -> dict[str, str]:
    """Return the titles that sheets are named after, by marker."""
    fixed = {
        "summary": SUMMARY,
        SHEET: CHECKLIST,
        "findings_before_after": TITLE_FINDINGS,
        "restore": RESTORE,
        "about": SHEET_ABOUT,
    }
    return (
        {marker: phrase.template(lang) for marker, phrase in fixed.items()}
        | {f"evidence_{marker_of(one.item.code)}": evidence_title(one, lang) for one in audit.items}
        | {marker_of(one.name): changed_title(one, lang) for one in audit.changes.tables}
    )


def names_kept(package: Package, audit: Audit, lang: Language) -> dict[str, str]:
    """Return the names that the sheets of an earlier run keep, by marker: all but those it gave them in another language.

    A name that somebody's own sheets, charts or defined names refer to stays, too: a link into nothing would be worse.
    """
    markers = package.markers(marker_start(FAMILY))
    now = sheet_titles(audit, lang)
    others = [sheet_titles(audit, other) for other in LANGUAGES if other != lang]
    texts = _own_texts(package, set(markers.values()))

    def stays(marker: str, name: str) -> bool:
        if _is(name, now, marker) or not any(_is(name, titles, marker) for titles in others):
            return True
        return any(reference in text for text in texts for reference in (f"{name}!", f"{quoted(name)}!"))

    return {marker: name for marker, name in markers.items() if stays(marker, name)}


def _is(name: str, titles: Mapping[str, str], marker: str) -> bool:
    """Tell whether a sheet has the name that its title gives it, perhaps with a number."""
    title = titles.get(marker)
    return title is not None and re.sub(r" \(\d+\)$", "", name) == sheet_name(title)


def _own_texts(package: Package, ours: set[str]) -> list[str]:
    """Return what of the workbook may refer to our sheets and is not ours."""
    sheets = [sheet.part for sheet in package.sheets() if sheet.name not in ours]
    parts = {part for sheet in sheets for part in (sheet, *package.linked(sheet)) if part.endswith(".xml")}
    named = [
        text_of(element)
        for element, facts in elements(inner(package.text(package.workbook), "definedNames"), "definedName")
        if not facts["name"].startswith("_") and "localSheetId" not in facts
    ]
    return [html.unescape(text) for text in (*(package.text(part) for part in sorted(parts)), *named)]
