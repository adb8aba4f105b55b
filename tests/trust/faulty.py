"""Runs commands of the program with faults under it: each in a fork of a process that has everything loaded.

Started with `faults.c` loaded before the C library; one line of JSON in, one line of JSON out.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import sqlite3
import sys
from importlib import import_module

from pachamama.cli import entry

FAULTS = ctypes.CDLL(os.environ["LD_PRELOAD"])
FAULTS.faults_done.restype = FAULTS.faults_grown.restype = ctypes.c_long
FAULTS.faults_failed.restype = ctypes.c_char_p


def warm() -> None:
    """Load what the commands load, so that a fork has only the work itself before it."""
    for module in dict.fromkeys(entry._MODULES.values()):
        import_module(f"pachamama.cli.{module}")
    for module in (
        "core.settle", "exchange", "exchange.backups", "store.replay", "core.rules", "store.schema", "cli.remembering",
        "cli.safekeeping", "cli.closing", "cli.outcome", "cli.gather",
    ):  # fmt: skip
        import_module(f"pachamama.{module}")
    import sqlite_utils  # noqa: F401 migrations want it
    import typer.main  # noqa: F401


def weaken(pragmas: list[str]) -> None:
    """The control: the same program with a file that is not kept safe."""
    from pachamama.store import connection

    connection._PRAGMAS = (*connection._PRAGMAS, *(one for one in pragmas if "journal_mode" not in one))
    modes = [one for one in pragmas if "journal_mode" in one]
    if modes:
        execute = connection.Connection.execute

        def weak(self: connection.Connection, sql: str, parameters: object = (), /) -> object:
            return execute(self, modes[0] if "journal_mode" in sql else sql, parameters)

        connection.Connection.execute = weak  # type: ignore[assignment,method-assign]


def child(asked: dict[str, object], answer: int) -> None:
    """One fork: its folder, its fault, the commands; what came of it."""
    os.chdir(str(asked["folder"]))
    os.environ["XDG_STATE_HOME"] = str(asked["state"])
    out, err = io.StringIO(), io.StringIO()
    sys.stdout, sys.stderr = out, err
    weaken(asked.get("weak", []))  # type: ignore[arg-type]
    FAULTS.faults_arm(
        str(asked["watch"]).encode(),
        *(ctypes.c_long(asked.get(fault, -1)) for fault in ("die", "fail", "room")),  # type: ignore[arg-type]
        str(asked.get("trace", "")).encode(),
    )
    codes = []
    if asked.get("statement") is not None:
        stop_before_statement(int(asked["statement"]), is_killed=not asked.get("interrupt"))  # type: ignore[call-overload]
    for words in asked["commands"]:  # type: ignore[attr-defined]
        codes.append(entry.run(words))
        if codes[-1] == 0 and asked.get("acknowledge"):
            with open(f"{asked['watch']}/done", "ab") as file:  # noqa: PTH123 one line for each command that was done
                file.write(b".")
    FAULTS.faults_disarm()
    said = {
        "codes": codes, "out": out.getvalue(), "err": err.getvalue(), "operations": FAULTS.faults_done(),
        "grown": FAULTS.faults_grown(), "failed": FAULTS.faults_failed().decode(), "statements": STATEMENTS[0], "writing": WRITING,
    }  # fmt: skip
    os.write(answer, json.dumps(said).encode())


STATEMENTS = [0]
WRITING: list[int] = []
"""The numbers of the statements that write; those around them only read."""


def stop_before_statement(number: int, *, is_killed: bool) -> None:
    """Die before the statement of that number (below 0: never), or be interrupted there by a person's Ctrl-C.

    Whoever sends it; a backup or an undoing is one too.
    """
    from pachamama.store import connection

    def before() -> None:
        STATEMENTS[0] += 1
        if STATEMENTS[0] - 1 == number:
            if is_killed:
                os.kill(os.getpid(), 9)
            raise KeyboardInterrupt

    told = connection.Cursor._told

    def counted(self: connection.Cursor, run: object) -> object:
        before()
        return told(self, run)  # type: ignore[arg-type]

    connection.Cursor._told = counted  # type: ignore[assignment,method-assign]
    for name in ("execute", "executemany"):
        run_it = getattr(connection.Cursor, name)

        def noted(self: connection.Cursor, sql: str, rows: object = (), run_it: object = run_it) -> object:
            if not sql.startswith(("SELECT", "PRAGMA", "WITH")):
                WRITING.append(STATEMENTS[0])
            return run_it(self, sql, rows)  # type: ignore[operator]

        setattr(connection.Cursor, name, noted)
    for name in ("backup", "rollback"):
        real = getattr(sqlite3.Connection, name)

        def other(self: sqlite3.Connection, *args: object, real: object = real, **kwargs: object) -> object:
            before()
            return real(self, *args, **kwargs)  # type: ignore[operator]

        setattr(connection.Connection, name, other)


def main() -> None:
    """Answer until the input ends."""
    warm()
    for line in sys.stdin:
        asked = json.loads(line)
        hear, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(hear)
            try:
                child(asked, answer)
            except BaseException as error:  # noqa: BLE001 told to the test, which fails
                os.write(answer, json.dumps({"codes": ["broken"], "err": repr(error), "out": ""}).encode())
            os._exit(0)
        os.close(answer)
        said = b""
        while piece := os.read(hear, 1 << 16):
            said += piece
        os.close(hear)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write((said.decode() if status == 0 else json.dumps({"codes": [], "killed": True})) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
