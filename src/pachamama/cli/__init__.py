"""The command line: gather, call the core, show; the one place where problems become messages and exit codes."""
