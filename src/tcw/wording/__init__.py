"""Every sentence a user reads: English beside the fact, Swedish in `sv/*.toml` keyed by code."""

from tcw.wording.phrase import Language, Message, Phrase

__all__ = ["Language", "Message", "Phrase"]
