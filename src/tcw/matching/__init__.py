"""The booking assistant: who takes which vacant order, provably, with no rule broken."""
