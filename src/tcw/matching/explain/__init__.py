"""Why an order stays unfilled, and what would fill it."""
