"""What whoever is booked or asked is told: a row for each message, rendered and measured. Nothing is sent.

The length of a text message is counted as networks count it: 3GPP TS 23.038 (GSM 03.38).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

import polars as pl

from tcw.matching.plan import Plan
from tcw.model.config import Config, MessageText
from tcw.model.schedule import Schedule
from tcw.reports.tables.names import staff_facts, with_names
from tcw.wording import Language, Message, Phrase
from tcw.wording.quantities import Count

BOOKED = Phrase("message.booked", "You are booked: {unit} {date} {start}-{end} {activity}. Order {order}.")
REQUEST = Phrase(
    "message.request",
    "Can you work? {unit} {date} {start}-{end} {activity}. Answer yes or no. Order {order}. {message}",
)
LONG = Phrase(
    "match-messages-long",
    "{count} text messages are sent as more than one part: shorten the template, or leave out letters that "
    "the alphabet of text messages "
    "lacks.",
)
NO_ADDRESS = Phrase(
    "match-messages-no-address",
    "Messages with nobody to go to: {count}. The staff table has no phone or e-mail for them.",
)
NOTIFICATIONS: Final = pl.Schema(
    {
        "kind": pl.String(),
        "order_id": pl.String(),
        "rank": pl.UInt32(),
        "staff_id": pl.String(),
        "name": pl.String(),
        "channel": pl.String(),
        "to": pl.String(),
        "subject": pl.String(),
        "text": pl.String(),
        "alphabet": pl.String(),
        "units": pl.Int64(),
        "parts": pl.Int64(),
    }
)
BLANKS = r"[ \t]{2,}"
BEFORE_STOP = r" +([.,;!?])"


@dataclass(frozen=True, slots=True)
class Messages:
    """`rows`: NOTIFICATIONS, and what to know of them."""

    rows: pl.DataFrame
    notes: tuple[Message, ...]


def notifications(plan: Plan, schedule: Schedule, lang: Language) -> Messages:
    """Render a message for each booking, and for each person who could be asked.

    Returns:
        `kind` (booked, request), `order_id`, `rank` (of requests: 1 is asked first), `staff_id`, `name`,
            `channel` (sms, email), `to` (the phone
        number, a leading + written as 00 since a spreadsheet would take it for a formula; or the e-mail),
            `subject` (of e-mails), `text`,
        and of text messages `alphabet`, `units` and `parts` (see `tcw.reports.handback.messages`).
    """
    addressees = _addressees(plan, schedule.config)
    about = _with_places(addressees, plan, schedule, lang)
    templates = _templates(schedule.config, lang)
    names = about["message_name"].unique(maintain_order=True).to_list()
    pieces = [_rendered(about.filter(pl.col("message_name") == name), templates[name]) for name in names]
    rows = pl.concat([pl.DataFrame(schema=NOTIFICATIONS), *pieces]).sort(
        "kind", "order_id", "rank", "staff_id"
    )
    long = rows.filter(pl.col("parts") > 1).height
    nowhere = rows["to"].null_count()
    notes = [Message(LONG, {"count": Count(long)})] if long else []
    notes += [Message(NO_ADDRESS, {"count": Count(nowhere)})] if nowhere else []
    return Messages(rows, tuple(notes))


def _templates(config: Config, lang: Language) -> dict[str, MessageText]:
    shipped = {
        "booked": MessageText(text=BOOKED.template(lang)),
        "request": MessageText(text=REQUEST.template(lang)),
    }
    return {**shipped, **config.messages}


def _addressees(plan: Plan, config: Config) -> pl.DataFrame:
    """Return `kind`, `order_id`, `rank`, `staff_id`, `message_name`.

    An assistant's own message is for what it does itself.
    """
    booked = plan.assignments.filter(pl.col("mode") == "book").select(
        "order_id", "staff_id", "assistant", kind=pl.lit("booked"), rank=pl.lit(None, dtype=pl.UInt32)
    )
    asked = plan.requests.select("order_id", "staff_id", "assistant", kind=pl.lit("request"), rank="rank")
    modes = {"book": "booked", "request": "request"}
    own = pl.DataFrame(
        [
            (name, modes[assistant.mode], assistant.message)
            for name, assistant in config.assistants.items()
            if assistant.message is not None
        ],
        schema={"assistant": pl.String, "kind": pl.String, "own": pl.String},
        orient="row",
    )
    return (
        pl.concat([booked, asked.select(booked.columns)])
        .join(own, on=["assistant", "kind"], how="left", maintain_order="left")
        .with_columns(message_name=pl.coalesce("own", "kind"))
    )


def _with_places(addressees: pl.DataFrame, plan: Plan, schedule: Schedule, lang: Language) -> pl.DataFrame:
    """Add the places of templates, "place unit" and so on, and the addresses."""
    spans = plan.assignments.select("order_id", "unit_id", "activity_id", "start", "end")
    orders = schedule.tables["orders"].unique("order_id", keep="last", maintain_order=True)
    people = staff_facts(schedule, "name", "phone", "email")
    spanned = addressees.join(spans, on="order_id", how="left", maintain_order="left")
    return (
        with_names(spanned, schedule)
        .join(orders.select("order_id", "message"), on="order_id", how="left", maintain_order="left")
        .join(people, on="staff_id", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("unit_name", "unit_id").alias("place unit"),
            date_text(pl.col("start"), lang).alias("place date"),
            pl.col("start").dt.to_string("%H:%M").alias("place start"),
            pl.col("end").dt.to_string("%H:%M").alias("place end"),
            pl.coalesce("activity_name", "activity_id").fill_null("").alias("place activity"),
            pl.col("name").fill_null("").alias("place name"),
            pl.col("order_id").alias("place order"),
            pl.col("message").fill_null("").alias("place message"),
        )
    )


def date_text(moment: pl.Expr, lang: Language) -> pl.Expr:
    """Return "tors 7 maj" or "Thu 7 May"."""
    from babel.dates import get_day_names, get_month_names

    days = get_day_names("abbreviated", locale=lang)
    months = get_month_names("wide" if lang == "sv" else "abbreviated", locale=lang)
    weekday = (moment.dt.weekday().cast(pl.Int64) - 1).replace_strict(
        list(range(7)), [days[day] for day in range(7)], return_dtype=pl.String
    )
    month = (
        moment.dt.month()
        .cast(pl.Int64)
        .replace_strict(list(range(1, 13)), [months[month] for month in range(1, 13)], return_dtype=pl.String)
    )
    return pl.concat_str(weekday, moment.dt.day().cast(pl.String), month, separator=" ")


def _rendered(about: pl.DataFrame, template: MessageText) -> pl.DataFrame:
    places = {
        name.removeprefix("place "): pl.col(name) for name in about.columns if name.startswith("place ")
    }
    sms = template.channel == "sms"
    phone = pl.col("phone").str.strip_chars().str.replace(r"^\+", "00")
    rows = about.with_columns(
        channel=pl.lit(template.channel),
        to=phone if sms else pl.col("email").str.strip_chars(),
        subject=pl.lit(None, dtype=pl.String)
        if sms
        else _tidy(_filled_template(template.subject, places)).str.replace_all(r"\s+", " "),
        text=_tidy(_filled_template(template.text, places)),
    )
    length = sms_lengths(pl.col("text")).struct
    measured = [
        (length.field(name) if sms else pl.lit(None, dtype=NOTIFICATIONS[name])).alias(name)
        for name in ("alphabet", "units", "parts")
    ]
    return rows.with_columns(measured).select(
        pl.col(name).cast(dtype) for name, dtype in NOTIFICATIONS.items()
    )


def _filled_template(template: str, places: Mapping[str, pl.Expr]) -> pl.Expr:
    pieces = [pl.lit("")]
    for text, place, _, _ in Formatter().parse(template):
        pieces.append(pl.lit(text))
        if place is not None:
            pieces.append(places[place])
    return pl.concat_str(pieces)


def _tidy(text: pl.Expr) -> pl.Expr:
    """Take away what empty places leave behind: blanks in a row, and blanks before a full stop."""
    return text.str.replace_all(BLANKS, " ").str.replace_all(BEFORE_STOP, "$1").str.strip_chars()


BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of seven bits."""
EXTENSION: Final = "\f^{}\\[~]|€"
"""Two septets each."""
ONE_PART: Final = {"gsm7": 160, "ucs2": 70}
MORE_PARTS: Final = {"gsm7": 153, "ucs2": 67}
"""Of several parts each loses six bytes to saying which part it is."""


def sms_lengths(text: pl.Expr) -> pl.Expr:
    """Return what messages cost.

    Returns:
        A struct: `alphabet` (String: gsm7, or ucs2 where a character is in neither table), `units`
            (Int64: septets, or 16-bit units) and
        `parts` (Int64: messages sent). A text that is null or empty has no parts.
    """
    others = _none_of(BASIC + EXTENSION)
    doubled = text.str.len_chars() - text.str.replace_all(_any_of(EXTENSION), "").str.len_chars()
    septets = (text.str.len_chars() + doubled).cast(pl.Int64)
    # Characters beyond the first 65,536 are pairs in UTF-16; they have four bytes in UTF-8.
    pairs = text.str.len_chars() - text.str.replace_all(r"[\x{10000}-\x{10FFFF}]", "").str.len_chars()
    wide = (text.str.len_chars() + pairs).cast(pl.Int64)
    plain = text.str.contains(others).not_()
    units = pl.when(plain).then(septets).otherwise(wide)
    parts = (
        pl.when(units == 0)
        .then(0)
        .when(units <= pl.when(plain).then(ONE_PART["gsm7"]).otherwise(ONE_PART["ucs2"]))
        .then(1)
        .otherwise((units / pl.when(plain).then(MORE_PARTS["gsm7"]).otherwise(MORE_PARTS["ucs2"])).ceil())
    )
    return pl.struct(
        alphabet=pl.when(plain).then(pl.lit("gsm7")).otherwise(pl.lit("ucs2")),
        units=units.fill_null(0),
        parts=parts.fill_null(0).cast(pl.Int64),
    )


def _any_of(characters: str) -> str:
    return f"[{_escaped(characters)}]"


def _none_of(characters: str) -> str:
    return f"[^{_escaped(characters)}]"


def _escaped(characters: str) -> str:
    return "".join(f"\\x{{{ord(character):X}}}" for character in characters)
