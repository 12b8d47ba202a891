"""The rule checker: working-time law, agreements, bookings and settings, one file per fault."""
