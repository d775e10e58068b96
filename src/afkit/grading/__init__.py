"""Submissions in, marks out: collect, assemble, run in a sandbox, score, keep, tell."""
