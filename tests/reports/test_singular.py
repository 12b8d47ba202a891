"""One of a thing is worded as one, on every command's terminal summary and in both languages."""

import os
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from untranslated import phrases

from tcw.wording import Language, Phrase
from tcw.wording.phrase import swedish
from tcw.wording.quantities import ALONE, BETWEEN, Count
from tests.command import run_main

pytestmark = pytest.mark.slow

SOURCE = {
    "personal.csv": "Anst.nr;Namn;Anställningstyp;Anställningsgrad;Hemenhet\n1;Ada Berg;Timlön;0;Norr\n",
    "aktiviteter.csv": "Aktivitet;Benämning;Tidslag;Debiteringstyp\nOMV;Omvårdnad;Arbete;Debiterbar\n",
    "bokningar.csv": "Bokning;Anst.nr;Aktivitet;Start;Slut;Enhet\nB1;1;OMV;2026-03-02 07:00;2026-03-02 "
    "15:00;Norr\n",
    "bestallningar.csv": "Beställning;Enhet;Start;Slut;Aktivitet\nV1;Norr;2026-03-16 07:00;2026-03-16 "
    "16:00;OMV\n",
    "tillganglighet.csv": "Anst.nr;Start;Slut\n1;2026-03-16 06:00;2026-03-16 17:00\n",
}
AFTER = SOURCE | {"aktiviteter.csv": SOURCE["aktiviteter.csv"] + "X;Extra;Arbete;Debiterbar\n"}
COMMANDS = (
    "check before",
    "kpi after",
    "match after --as-of 2026-03-10",
    "inspect after",
    "checklist before after --as-of 2026-07-06",
)


def inflected(lang: Language) -> Iterator[tuple[str, str]]:
    """Yield each place that has words for one and for many, and the sentence it stands in."""
    texts = [phrase.english for phrase in phrases()] if lang == "en" else list(swedish().values())
    for text in texts:
        yield from (
            (spec, text) for _, _, spec, _ in string.Formatter().parse(text) if spec and BETWEEN in spec
        )


def plurals(lang: Language) -> set[str]:
    """Return the words that cannot stand after 1."""
    pairs = [spec.split(BETWEEN) for spec, _ in inflected(lang) if not spec.startswith(ALONE)]
    firsts = [(one.split()[0], many.split()[0]) for one, many in pairs]
    return {many for one, many in firsts if one != many}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one")
    for name, files in (("before", SOURCE), ("after", AFTER)):
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_terminal_summaries(exports: Path, lang: Language) -> None:
    seen: set[str] = set()
    for command in COMMANDS:
        done = run_main([*command.split(), "--lang", lang], cwd=exports, env=os.environ | {"COLUMNS": "200"})
        assert done.returncode in {0, 1}, done.stderr
        after_one = re.findall(r"(?<![\d.,:–-])\b1 ([^\W\d]+)", done.stdout + done.stderr)
        assert plurals(lang).isdisjoint(after_one), command
        seen |= set(after_one)
    expected = {
        "en": {"row", "person", "workplace", "employee", "note", "order", "activity"},
        "sv": {
            "läst",
            "godtagen",
            "rad",
            "person",
            "arbetsplats",
            "anställd",
            "upplysning",
            "beställning",
            "införd",
        },
    }
    assert seen >= expected[lang]


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_every_sentence_that_inflects_can_be_said_of_none_one_and_many(lang: Language) -> None:
    sentences = {text for _, text in inflected(lang)}
    assert len(sentences) > 40
    for text in sentences:
        places = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        said = [Phrase("", text).say("en", **dict.fromkeys(places, Count(number))) for number in (0, 1, 2)]
        assert not any(mark in sentence for sentence in said for mark in "{|}~")
        assert "  " not in "".join(said)
        assert said[1].replace("1", "2") != said[2], "one and many are worded alike"


def test_a_word_may_stand_apart_from_its_number() -> None:
    phrase = Phrase("", "{rows:row|rows}, which {rows:~is|are} new, of {all}")
    assert phrase.say("en", rows=Count(1), all=Count(2000)) == "1 row, which is new, of 2,000"
    assert phrase.say("sv", rows=1234, all=5) == "1234 rows, which are new, of 5"
