"""What rules measure: rests, hours by period, night work, competences required."""
