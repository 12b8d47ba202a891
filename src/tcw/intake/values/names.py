"""Names of months and weekdays in Swedish and English, as exports and people abbreviate them."""

MONTHS = {
    **dict.fromkeys(("jan", "januari", "january"), 1),
    **dict.fromkeys(("feb", "febr", "februari", "february"), 2),
    **dict.fromkeys(("mar", "mars", "march"), 3),
    **dict.fromkeys(("apr", "april"), 4),
    **dict.fromkeys(("maj", "may"), 5),
    **dict.fromkeys(("jun", "juni", "june"), 6),
    **dict.fromkeys(("jul", "juli", "july"), 7),
    **dict.fromkeys(("aug", "augusti", "august"), 8),
    **dict.fromkeys(("sep", "sept", "september"), 9),
    **dict.fromkeys(("okt", "oktober", "oct", "october"), 10),
    **dict.fromkeys(("nov", "november"), 11),
    **dict.fromkeys(("dec", "december"), 12),
}

# The forms without dots on å, ä, ö come from systems that cannot write them.
WEEKDAYS = {
    **dict.fromkeys(("måndag", "mån", "må", "mandag", "man", "monday", "mon"), 1),
    **dict.fromkeys(("tisdag", "tis", "ti", "tuesday", "tues", "tue"), 2),
    **dict.fromkeys(("onsdag", "ons", "on", "wednesday", "wed"), 3),
    **dict.fromkeys(("torsdag", "tors", "tor", "to", "thursday", "thurs", "thur", "thu"), 4),
    **dict.fromkeys(("fredag", "fre", "fr", "friday", "fri"), 5),
    **dict.fromkeys(("lördag", "lör", "lö", "lordag", "lor", "saturday", "sat"), 6),
    **dict.fromkeys(("söndag", "sön", "sö", "sondag", "son", "sunday", "sun"), 7),
}


def any_of(names: dict[str, int]) -> str:
    """Return a pattern for any of the names, longest first."""
    return "|".join(sorted(names, key=len, reverse=True))
