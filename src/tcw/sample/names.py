"""Fictive people: names from short lists, numbers that nobody can have.

- Personal numbers have birth numbers from 980 to 999 as far as those go, as test numbers have, and a check digit
  that is wrong on purpose, so that none of them can be a living person's.
- Telephone numbers are those the Swedish Post and Telecom Authority (PTS) keeps free for fiction: 070-174 06 05
  to 070-174 06 99.
- E-mail addresses are at example.com, which is nobody's (RFC 2606).
"""

import polars as pl

from tcw.sample.town import FIRST_HOURLY_PLACE, Town

GIVEN_NAMES = ["Aisha", "Alva", "Amina", "Anders", "Anna", "Astrid", "Björn", "Cecilia", "Daniel", "Elin", "Elsa", "Emma", "Erik", "Fatima", "Frida", "Gunilla", "Göran", "Hanna", "Hassan", "Helena", "Ingrid", "Johan", "Johanna", "Jonas", "Karin", "Kerstin", "Lars", "Lena", "Lina", "Linnéa", "Malin", "Maria", "Mats", "Mikael", "Mohamed", "Monika", "Nadia", "Nils", "Nora", "Olof", "Oskar", "Pernilla", "Peter", "Rickard", "Samira", "Sara", "Sofia", "Stefan", "Susanne", "Therese", "Tobias", "Ulla", "Ulrika", "Viktoria", "Yasmin", "Yvonne", "Zahra", "Åke", "Åsa", "Örjan"]  # fmt: skip
FAMILY_NAMES = ["Abdi", "Ahlgren", "Ahmed", "Andersson", "Bengtsson", "Berg", "Bergström", "Björk", "Blom", "Carlsson", "Dahl", "Danielsson", "Ek", "Eklund", "Engström", "Eriksson", "Forsberg", "Gustafsson", "Hansson", "Hassan", "Hedlund", "Holm", "Isaksson", "Jansson", "Johansson", "Jonsson", "Karlsson", "Larsson", "Lindberg", "Lindgren", "Lindqvist", "Lund", "Löfgren", "Mohammed", "Månsson", "Nilsson", "Norberg", "Nyström", "Olsson", "Persson", "Pettersson", "Sandberg", "Sjöberg", "Ström", "Sundström", "Svensson", "Söderberg", "Wallin", "Wikström", "Åberg", "Åkesson", "Öberg", "Östlund"]  # fmt: skip

_LAST_BIRTH_NUMBER = 999
_FIRST_TELEPHONE = 1740605
_TELEPHONES = 95
_YOUNGEST = 19
_OLDEST = 66
_MINOR = 17
_MINORS = 0.01  # of hourly substitutes
_DAYS_A_YEAR = 365
_DIGIT = 9
_FIRST_JOB_DAYS = 16 * _DAYS_A_YEAR + 100


def with_identity(people: pl.DataFrame, town: Town) -> pl.DataFrame:
    """Add `name`, `birth_date`, `person_id`, `phone` and `email`; two employments of one person share all.

    Nobody was hired as a child: `first_day` moves where it has to.
    """
    dice, person = town.dice, pl.col("person")
    year = town.plan.start.year
    ages = _OLDEST - _YOUNGEST
    minor = (pl.col("place") > FIRST_HOURLY_PLACE) & dice.chance("minor", _MINORS, person)
    span = ages * _DAYS_A_YEAR
    # Walking the days by a step that shares no factor with their number gives every day once before any twice.
    step = person.cast(pl.Int64) * 7919 + dice.seed % span
    birth_year_day = step % span
    born = (
        pl.when(minor)
        .then(pl.date(year - _MINOR, 1, 1) - pl.duration(days=person % 300))
        .otherwise(pl.date(year - _YOUNGEST, 1, 1) - pl.duration(days=birth_year_day))
        .cast(pl.Date)
    )
    given, family = (
        pl.lit(pl.Series(names)).gather(dice.below(question, len(names), person).cast(pl.UInt32))
        for question, names in (("given name", GIVEN_NAMES), ("family name", FAMILY_NAMES))
    )
    birth_number = (_LAST_BIRTH_NUMBER - person // span % (_LAST_BIRTH_NUMBER + 1)).cast(pl.Int64)
    digits = born.dt.strftime("%y%m%d") + birth_number.cast(pl.String).str.zfill(3)
    grown = (born - pl.lit(town.plan.start)).dt.total_days() + _FIRST_JOB_DAYS
    return people.with_columns(
        first_day=pl.when(pl.col("first_day") < 0)
        .then(pl.max_horizontal("first_day", grown.cast(pl.Int32)))
        .otherwise("first_day"),
        name=given + " " + family,
        birth_date=born,
        person_id=born.dt.strftime("%Y%m%d")
        + "-"
        + birth_number.cast(pl.String).str.zfill(3)
        + _wrong_check_digit(digits),
        phone="070-" + (_FIRST_TELEPHONE + person % _TELEPHONES).cast(pl.String),
        email="anst" + pl.lit(town.staff_ids).gather(person.cast(pl.UInt32)) + "@example.com",
    )


def _wrong_check_digit(digits: pl.Expr) -> pl.Expr:
    """One more than the check digit of nine digits (the Luhn algorithm), so that no such number is valid."""
    places = [digits.str.slice(place, 1).cast(pl.Int32) for place in range(9)]
    doubled = [2 * digit - _DIGIT * (2 * digit > _DIGIT).cast(pl.Int32) for digit in places[::2]]
    right = (10 - pl.sum_horizontal(*doubled, *places[1::2]) % 10) % 10
    return ((right + 1) % 10).cast(pl.String)
