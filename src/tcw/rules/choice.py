"""Which rules a run judges: --select and --ignore, by code or family."""

from collections.abc import Iterable

from tcw.errors import UsageFault
from tcw.rules.catalogue import RETIRED, RULES
from tcw.rules.codes import FAMILIES, nearest
from tcw.rules.rule import Rule
from tcw.wording import Phrase

UNKNOWN_RULE = Phrase(
    "rule-unknown",
    "{code} is no rule and no family of rules; tcw rules lists them. Did you mean {suggestion}?",
)
RETIRED_RULE = Phrase(
    "rule-retired", "{code} is a rule that tcw no longer has; tcw rules lists those it has."
)
NO_RULE = Phrase("rule-none", "--select and --ignore leave no rule to judge.")


def chosen(select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules to judge, in report order.

    Each text holds codes, names or families separated by commas: "WT,BK01". Nothing selected means all.

    Raises:
        UsageFault: a code nobody knows, or no rule left.
    """
    wanted, unwanted = _codes(select), _codes(ignore)
    kept = tuple(rule for rule in RULES if (not wanted or rule.code in wanted) and rule.code not in unwanted)
    if not kept:
        raise UsageFault(NO_RULE)
    return kept


def rule_named(text: str) -> Rule:
    """Return a rule by its code or name. Raises UsageFault."""
    plain = text.strip()
    for rule in RULES:
        if plain.upper() == rule.code or plain.lower() == rule.name:
            return rule
    raise _unknown(plain)


def _codes(texts: Iterable[str]) -> set[str]:
    codes: set[str] = set()
    for word in (part.strip() for text in texts for part in text.split(",")):
        if not word:
            continue
        if word.upper() in FAMILIES:
            codes |= {rule.code for rule in RULES if rule.family == word.upper()}
        else:
            codes.add(rule_named(word).code)
    return codes


def _unknown(text: str) -> UsageFault:
    if text.upper() in RETIRED:
        return UsageFault(RETIRED_RULE, code=text)
    suggestion = nearest(text, (rule.code for rule in RULES), (*FAMILIES, *(rule.name for rule in RULES)))
    return UsageFault(UNKNOWN_RULE, code=text, suggestion=suggestion)
