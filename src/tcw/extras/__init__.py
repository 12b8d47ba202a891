"""Optional engines; nothing in the core imports them."""
