"""The widgets: facts in, what a student sees and can print out."""
