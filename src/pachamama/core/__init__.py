"""The rules of the competition and nothing else: no files, SQL, clock, chance or printing happen here."""
