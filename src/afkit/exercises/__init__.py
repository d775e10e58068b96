"""Exercises: from one solution notebook to a student copy, and the check that answers back."""
