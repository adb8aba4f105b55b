"""Trust: what power cuts, full disks, damaged files, insiders and chance do to a competition, each with a number."""
