"""Rules of bookings (BK), one a file."""
