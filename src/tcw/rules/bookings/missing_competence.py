"""Somebody is booked on work that requires a competence they do not have.

What a booking of working time requires is what the order it fills requires (orders: competences) and what
tcw.yaml says of its activity (`rules: competences`). A person holds a competence when the competences table
has a row for any of their employments, by the competence's id or its name; capitals and blanks do not matter.
That a row is not valid on the booking's days is BK05.

One finding for each booking and competence. Not judged: what bookings require where the source has no
competences table.
"""

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.measures.requirements import holdings, required
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each booking and competence that the person has no row of."""
    needed = context.once(required)
    if "competences" not in context.schedule.given:
        return Judgement(not_judged=needed.height, why="competences")
    lacking = needed.join(context.once(holdings), on=["person", "folded"], how="anti")
    return failing(lacking, judged=needed.height, subject="competence")


RULE = Rule(
    code="BK04",
    name="missing-competence",
    label=Phrase("rule.BK04", "Missing competence"),
    message=Phrase("rule.BK04.message", "is booked without the competence {subject}"),
    source="Booking sense",
    judge=judge,
    unit="count",
    settings=("competences",),
    needs=("competences",),
)
