"""Rows derived from records, and what is searched in them: papers, people, holdings."""
