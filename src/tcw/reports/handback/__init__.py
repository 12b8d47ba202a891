"""Files in the shape of the user's own export, messages and calendars."""
