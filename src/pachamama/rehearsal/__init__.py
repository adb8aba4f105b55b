"""The rehearsal: an invented watershed whose rules and tables run through the same commands as a real one."""
