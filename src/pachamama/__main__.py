"""The command `pachamama`; `--version` is answered before anything else is loaded."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code (CONTRACT.md: 0, 1, 2, 3 or 4)."""
    if sys.argv[1:] == ["--version"]:
        from pachamama import __version__

        sys.stdout.write(f"pachamama {__version__}\n")
        return 0
    import gc

    gc.set_threshold(100_000, 20, 20)  # before the imports: they make values by the thousand too

    from pachamama.cli.entry import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
