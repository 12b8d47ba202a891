"""The tables that say who and what there is: staff, units, competences, agreements, introductions, red days.

People are fictive. Their names are from short lists, their numbers are those that nobody can have:

- Personal numbers have birth numbers from 980 to 999 as far as those go, as test numbers have, and a check
  digit that is wrong on purpose, so that none of them can be a living person's.
- Telephone numbers are those the Swedish Post and Telecom Authority (PTS) keeps free for fiction: 070-174 06
  05 to 070-174 06 99.
- E-mail addresses are at example.com, which is nobody's (RFC 2606).
"""

from datetime import timedelta

import polars as pl

from tcw.sample import activities as act
from tcw.sample.red_days import red_days_between
from tcw.sample.town import (
    ADMINISTRATOR,
    ASSISTANT_NURSE,
    CATEGORIES,
    FIRST_HOURLY_POST,
    NEVER,
    NURSE,
    Town,
    text_of,
)

GIVEN_NAMES = [
    "Aisha", "Alva", "Amina", "Anders", "Anna", "Astrid", "Björn", "Cecilia", "Daniel", "Elin", "Elsa",
    "Emma", "Erik", "Fatima", "Frida", "Gunilla", "Göran", "Hanna", "Hassan", "Helena", "Ingrid", "Johan",
    "Johanna", "Jonas", "Karin", "Kerstin", "Lars", "Lena", "Lina", "Linnéa", "Malin", "Maria", "Mats",
    "Mikael", "Mohamed", "Monika", "Nadia", "Nils", "Nora", "Olof", "Oskar", "Pernilla", "Peter", "Rickard",
    "Samira", "Sara", "Sofia", "Stefan", "Susanne", "Therese", "Tobias", "Ulla", "Ulrika", "Viktoria",
    "Yasmin", "Yvonne", "Zahra", "Åke", "Åsa", "Örjan",
]  # fmt: skip
FAMILY_NAMES = [
    "Abdi", "Ahlgren", "Ahmed", "Andersson", "Bengtsson", "Berg", "Bergström", "Björk", "Blom", "Carlsson",
    "Dahl", "Danielsson", "Ek", "Eklund", "Engström", "Eriksson", "Forsberg", "Gustafsson", "Hansson",
    "Hassan", "Hedlund", "Holm", "Isaksson", "Jansson", "Johansson", "Jonsson", "Karlsson", "Larsson",
    "Lindberg", "Lindgren", "Lindqvist", "Lund", "Löfgren", "Mohammed", "Månsson", "Nilsson", "Norberg",
    "Nyström", "Olsson", "Persson", "Pettersson", "Sandberg", "Sjöberg", "Ström", "Sundström", "Svensson",
    "Söderberg", "Wallin", "Wikström", "Åberg", "Åkesson", "Öberg", "Östlund",
]  # fmt: skip

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
    minor = (pl.col("post") > FIRST_HOURLY_POST) & dice.chance("minor", _MINORS, person)
    span = ages * _DAYS_A_YEAR
    # A step that shares no factor with the number of days gives every day once before any twice.
    step = person.cast(pl.Int64) * 7919 + dice.seed % span
    birth_year_day = step % span
    born = (
        pl.when(minor)
        .then(pl.date(year - _MINOR, 1, 1) - pl.duration(days=person % 300))
        .otherwise(pl.date(year - _YOUNGEST, 1, 1) - pl.duration(days=birth_year_day))
        .cast(pl.Date)
    )
    given, family = (
        text_of(names, dice.below(question, len(names), person))
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
        email="anst" + town.staff_id(person) + "@example.com",
    )


def _wrong_check_digit(digits: pl.Expr) -> pl.Expr:
    """One more than the check digit of nine digits (the Luhn algorithm), so that no such number is valid."""
    places = [digits.str.slice(place, 1).cast(pl.Int32) for place in range(9)]
    doubled = [2 * digit - _DIGIT * (2 * digit > _DIGIT).cast(pl.Int32) for digit in places[::2]]
    right = (10 - pl.sum_horizontal(*doubled, *places[1::2]) % 10) % 10
    return ((right + 1) % 10).cast(pl.String)


PLACE_NAMES = [
    "Solgården", "Björkbacken", "Ekliden", "Norrgården", "Furuhöjd", "Ängsro", "Sjöutsikten", "Almgården",
    "Rosenlund", "Tallbacken", "Strandhem", "Lövlunda", "Kvarngården", "Källbacken", "Åsgården",
    "Södergläntan", "Vitsippan", "Lindgården", "Hagalund", "Bergsäter",
]  # fmt: skip
AREA_NAMES = ["Norr", "Söder", "Öster", "Väster", "Centrum"]

_NEIGHBOURS_KNOWN = 0.5
_CRISIS_AGREEMENT = "crisis-example"
_AGREEMENT = "ab"
_ON_CRISIS_AGREEMENT = 0.04
_WITHOUT_END = 0.15  # of those
_REGISTER_LASTS_DAYS = 365


def registers(town: Town) -> dict[str, pl.DataFrame]:
    """Return the tables, by name, with the columns a sample fills, in canonical names and types."""
    people = with_identity(town.people, town)
    return {
        "staff": _staff(people, town),
        "activities": act.activities(),
        "competences": _competences(people, town),
        "agreement_links": _agreement_links(people, town),
        "units": _units(town),
        "introductions": _introductions(people, town),
        "red_days": _red_days(town),
    }


def _day(town: Town, number: pl.Expr) -> pl.Expr:
    """A date from a number of days from the start; null for NEVER."""
    known = pl.when(number < NEVER).then(number)
    return pl.lit(town.plan.start).cast(pl.Date) + pl.duration(days=known)


def _staff(people: pl.DataFrame, town: Town) -> pl.DataFrame:
    changes = pl.col("change_day").is_between(pl.col("first_day") + 1, "last_day") & (
        pl.col("change_day") < NEVER
    )
    before = people.with_columns(
        last_day=pl.when(changes).then(pl.col("change_day") - 1).otherwise("last_day")
    )
    after = people.filter(changes).with_columns(first_day="change_day", rate="later_rate")
    services = (
        pl.when(pl.col("category") == ADMINISTRATOR)
        .then(pl.lit(["Administration"]))
        .when(town.is_home_care(pl.col("unit")))
        .then(pl.lit(["Hemtjänst", "Omvårdnad"]))
        .otherwise(pl.lit(["Omvårdnad"]))
    )
    return (
        pl.concat([before, after])
        .sort("i", "first_day")
        .select(
            staff_id=town.staff_id(pl.col("i")),
            name="name",
            person_id="person_id",
            birth_date="birth_date",
            employment_type=pl.when("hourly").then(pl.lit("hourly")).otherwise(pl.lit("monthly")),
            employment_rate=pl.when(~pl.col("hourly")).then(pl.col("rate") / 100),
            home_unit=town.unit_id(pl.col("unit")),
            category=text_of(CATEGORIES, pl.col("category")),
            services=services,
            areas=pl.concat_list(_area_name(pl.col("area"))),
            phone="phone",
            email="email",
            valid_from=_day(town, pl.col("first_day")),
            valid_to=_day(town, pl.col("last_day")),
        )
    )


def _area_name(area: pl.Expr) -> pl.Expr:
    """The name of an area: Norr, Söder, Öster, Väster, Centrum, Norr 2 and so on."""
    turn = area // len(AREA_NAMES)
    suffix = pl.when(turn > 0).then(" " + (turn + 1).cast(pl.String)).otherwise(pl.lit(""))
    return text_of(AREA_NAMES, area % len(AREA_NAMES)) + suffix


def _units(town: Town) -> pl.DataFrame:
    unit = pl.col("unit")
    pair = unit // 2  # a care home and the home-care group named after it
    turn = pair // len(PLACE_NAMES)
    suffix = pl.when(turn > 0).then(" " + (turn + 1).cast(pl.String)).otherwise(pl.lit(""))
    kind = pl.when(town.is_home_care(unit)).then(pl.lit("Hemtjänst ")).otherwise(pl.lit("Vårdboende "))
    area = _area_name(town.area_of(unit))
    return pl.select(unit=pl.int_range(town.units, dtype=pl.Int32)).select(
        unit_id=town.unit_id(unit),
        name=kind + text_of(PLACE_NAMES, pair % len(PLACE_NAMES)) + suffix,
        planning_area=area,
        parent="Vård och omsorg " + area,
    )


def _competences(people: pl.DataFrame, town: Town) -> pl.DataFrame:
    dice, i = town.dice, pl.col("i")
    nurse, assistant = pl.col("category") == NURSE, pl.col("category") == ASSISTANT_NURSE
    soon = dice.below("runs out", 2 * town.plan.days + 400, i) - town.plan.days // 2
    never = pl.lit(NEVER, dtype=pl.Int32)
    has = (
        (0, "SSK", "Legitimerad sjuksköterska", "competence", nurse, never),
        (1, act.NURSING, "Undersköterska", "competence", assistant, never),
        (
            2,
            act.DELEGATION,
            "Delegering läkemedel",
            "competence",
            nurse | (assistant & dice.chance("delegated to", 0.7, i)),
            pl.when(nurse).then(never).otherwise(soon),
        ),
        (3, "KKB", "Körkort B", "competence", dice.chance("drives", 0.7, i), never),
        (4, act.REGISTER, "Belastningsregister", "register", dice.chance("extract", 0.98, i), soon + 30),
    )
    return (
        pl.concat(
            people.filter(condition).select(
                "i",
                order=pl.lit(order),
                competence_id=pl.lit(competence),
                name=pl.lit(name),
                kind=pl.lit(kind),
                valid_from=_day(town, pl.min_horizontal("first_day", last - _REGISTER_LASTS_DAYS)),
                valid_to=_day(town, last),
            )
            for order, competence, name, kind, condition, last in has
        )
        .sort("i", "order")
        .with_columns(staff_id=town.staff_id(i))
        .select("staff_id", "competence_id", "name", "kind", "valid_from", "valid_to")
    )


def _agreement_links(people: pl.DataFrame, town: Town) -> pl.DataFrame:
    """Link everybody to the municipal agreement, some for some weeks to an exception, a few without end."""
    dice, i = town.dice, pl.col("i")
    exception = (
        dice.chance("exception", _ON_CRISIS_AGREEMENT, i)
        & (pl.col("first_day") < 0)
        & (pl.col("last_day") == NEVER)
    )
    begins = 7 * dice.below("exception begins", max(1, town.plan.weeks), i)
    lasts = 14 + 7 * dice.below("exception lasts", 4, i)
    endless = dice.chance("exception without end", _WITHOUT_END, i)
    ends = pl.when(endless).then(NEVER).otherwise(begins + lasts - 1)
    linked = people.with_columns(exception=exception, begins=begins, ends=ends)
    parts = (
        (
            linked,
            _AGREEMENT,
            pl.col("first_day"),
            pl.when("exception").then(pl.col("begins") - 1).otherwise("last_day"),
        ),
        (linked.filter("exception"), _CRISIS_AGREEMENT, pl.col("begins"), pl.col("ends")),
        (
            linked.filter(pl.col("exception") & (pl.col("ends") < NEVER)),
            _AGREEMENT,
            pl.col("ends") + 1,
            pl.lit(NEVER),
        ),
    )
    return (
        pl.concat(
            part.select(
                "i", agreement_id=pl.lit(agreement), valid_from=_day(town, first), valid_to=_day(town, last)
            )
            for part, agreement, first, last in parts
        )
        .sort("i", "valid_from")
        .select(town.staff_id(i).alias("staff_id"), "agreement_id", "valid_from", "valid_to")
    )


def _introductions(people: pl.DataFrame, town: Town) -> pl.DataFrame:
    """The own unit, the neighbour that borrows, and for some the rest of the planning area."""
    dice, i, unit, area = town.dice, pl.col("i"), pl.col("unit"), pl.col("area")
    first, size = town.planning_area(area)
    largest = town.units - (town.areas - 1) * town.units_per_area
    tiers = ("own", "family", *["friend"] * max(0, largest - 2))
    knows = pl.col("hourly") | dice.chance("knows the area", _NEIGHBOURS_KNOWN, i)
    return (
        pl.concat(
            people.filter((pl.lit(turn) < size) & (knows if turn > 1 else pl.lit(value=True))).select(
                "i",
                unit=(first + (unit - first + turn) % size).cast(pl.Int32),
                tier=pl.when(dice.chance("acquaintance", 0.4 if turn > 1 else 0.0, i, turn))
                .then(pl.lit("acquaintance"))
                .otherwise(pl.lit(tier)),
                turn=pl.lit(turn),
            )
            for turn, tier in enumerate(tiers)
        )
        .sort("i", "turn")
        .select(town.staff_id(i).alias("staff_id"), town.unit_id(unit).alias("unit_id"), "tier")
    )


def _red_days(town: Town) -> pl.DataFrame:
    last = town.plan.start + timedelta(days=town.plan.days - 1)
    return pl.DataFrame(
        red_days_between(town.plan.start, last),
        schema={"date": pl.Date, "percent": pl.Float64, "comment": pl.String},
        orient="row",
    )
