"""What if: scenarios beside today."""
