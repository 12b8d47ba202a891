"""Every sentence a user may read, in both languages."""

import string

import pytest
import untranslated
from untranslated import Written, places, swedish

PHRASES = untranslated.phrases()


def test_every_phrase_has_its_swedish_and_every_swedish_its_phrase() -> None:
    assert len(PHRASES) > 300
    assert untranslated.faults() == []


def test_the_finder_finds_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [Written("a", "One {x}", "1"), Written("b", "Two", "2"), Written("b", "Deux", "3")]
    worded = [("a", "Ett {y}", "1"), ("c", "Tre", "1"), ("c", "Tre", "2")]
    monkeypatch.setattr(untranslated, "phrases", lambda: known)
    monkeypatch.setattr(untranslated, "swedish", lambda: worded)
    found = {fault.split(":")[0] for fault in untranslated.faults()}
    assert found == {"no Swedish", "no phrase", "places differ", "two Swedish wordings", "two meanings"}


def test_phrases_are_found_inside_functions() -> None:
    assert "column.sha256" in {phrase.code for phrase in PHRASES}


def test_places_are_plain_names() -> None:
    texts = [phrase.english for phrase in PHRASES] + [text for _, text, _ in swedish()]
    assert all(name.isidentifier() for text in texts for name in places(text))


def test_sentences_have_no_stray_blanks() -> None:
    texts = {phrase.code: phrase.english for phrase in PHRASES} | {
        f"sv {code}": text for code, text, _ in swedish()
    }
    odd = {code for code, text in texts.items() if text != text.strip() or "  " in text or not text}
    assert odd == set()


def test_swedish_is_swedish() -> None:
    """A long sentence that is the same in both languages has been forgotten; "Total" and "{file}: {why}" have
    not.
    """
    english = {phrase.code: phrase.english for phrase in PHRASES}
    same = {code for code, text, _ in swedish() if text == english[code] and len(_words(text)) > 3}
    assert same == set()


def _words(text: str) -> list[str]:
    return "".join(literal for literal, *_ in string.Formatter().parse(text)).split()
