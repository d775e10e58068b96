"""Lessons and readings in; hand-outs out, each one HTML file that prints without the kit."""
