"""How rules are run: prepare the timeline, judge chunk by chunk, gather the findings."""
