"""A second, naive settlement of a competition, written from RULES.md alone, and what the real one is compared with."""
