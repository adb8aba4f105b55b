"""Breaks the core on purpose, one small change at a time, and asks whether a test notices.

    pip install mutmut==3.8.1 coverage
    python tools/mutants.py --sample 400 --seed 1            # which changes survive, and how many of the sample are killed
    python tools/mutants.py --only core/ties.py --sample 0   # every change of one file
    python tools/mutants.py --again survivors.json           # those that survived before

mutmut says what is changed (every operator, word, argument and branch in every function); this script makes the changes
itself, because a process that has read all tests and is forked for each change needs a fifth of the time. Each change
meets only the tests that reach its function, the quickest first, until one fails. `tools/mutants.txt` lists the changes
that no test can notice, each with the reason; they are left out of the sample, and so is `strict=` of `zip`.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import inspect
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
CORE = SOURCE / "pachamama" / "core"
SAME = Path(__file__).with_suffix(".txt")
TESTS = ("tests/core", "tests/test_cases.py")
MEMORY = 3 << 30
_STRICT = re.compile(r",\s*(strict=\w+)?\s*\)")


@dataclass(frozen=True)
class Mutant:
    """One change of one function; `code` is the whole module with it."""

    path: Path
    function: str
    number: int
    lines: range
    line: int
    change: str
    code: str

    @property
    def name(self) -> str:
        """`core/ties.py head_to_head: x < y → x <= y`."""
        return f"{self.path.relative_to(CORE.parent).as_posix()} {self.function}: {self.change}"

    @property
    def module(self) -> str:
        """The module's dotted name."""
        return ".".join(self.path.relative_to(SOURCE).with_suffix("").parts)


# -- changes ---------------------------------------------------------------------------------------------------------


def places(path: Path) -> list[tuple[Path, int]]:
    """Every change of a file, by its number."""
    return [(path, number) for number in range(len(changes(path)[1]))]


def changes(path: Path, known: dict[Path, Any] = {}) -> Any:  # noqa: B006
    """The syntax tree of a file and mutmut's changes of its functions."""
    from mutmut.mutation.file_mutation import create_mutations

    if path not in known:
        module, found, *_ = create_mutations(str(path), path.read_text(encoding="utf-8"))
        known[path] = module, [one for one in found if _is_function(one.contained_by_top_level_function)]
    return known[path]


def _is_function(node: Any) -> bool:
    import libcst as cst

    return isinstance(node, cst.FunctionDef)


def mutant(path: Path, number: int) -> Mutant:
    """The change with that number."""
    from mutmut.mutation.file_mutation import deep_replace

    module, found = changes(path)
    one = found[number]
    code = deep_replace(module, one.original_node, one.mutated_node).code  # type: ignore[union-attr]
    before, after = module.code.splitlines(), code.splitlines()
    parts = [
        part
        for part in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if part[0] != "equal"
    ]
    start = parts[0][1]
    old, new = (
        "⏎".join(text.strip() for p in parts for text in lines[p[at] : p[at + 1]])
        for lines, at in ((before, 1), (after, 3))
    )
    function, lines = _function_at(ast.parse(module.code), start + 1)
    return Mutant(path, function, number, lines, start + 1, f"{old} → {new}", code)


def _function_at(tree: ast.Module, line: int) -> tuple[str, range]:
    """The qualified name and the lines of the function or method that holds a line."""
    for owner in (tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))):
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or line):
                name = f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name
                return name, range(node.lineno, (node.end_lineno or line) + 1)
    raise LookupError(line)


def install(one: Mutant) -> None:
    """Make the change in this process, in the function itself, so that whoever has imported it calls the changed one."""
    module = importlib.import_module(one.module)
    holder, _, name = one.function.rpartition(".")
    found = vars(getattr(module, holder) if holder else module)[name]
    found = getattr(found, "__func__", found)
    assert isinstance(found, FunctionType), one.name
    for known in [
        thing for name in sys.modules if name.startswith("pachamama") for thing in vars(sys.modules[name]).values()
    ]:
        if hasattr(known, "cache_clear"):
            known.cache_clear()  # what was made before the change would hide it
    tree = ast.parse(one.code)
    found.__code__ = _code_of(compile(one.code, str(one.path), "exec"), one.function)
    node = _node_of(tree, one.function)
    found.__defaults__ = tuple(_value(each, module) for each in node.args.defaults) or None
    keyed = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    found.__kwdefaults__ = {arg.arg: _value(each, module) for arg, each in keyed if each is not None} or None


def _code_of(code: CodeType, name: str) -> CodeType:
    parts = [part for part in code.co_consts if isinstance(part, CodeType)]
    here = next((part for part in parts if part.co_qualname == name), None)
    return here or _code_of(next(part for part in parts if part.co_qualname == name.partition(".")[0]), name)


def _node_of(tree: ast.Module, name: str) -> ast.FunctionDef:
    body: Sequence[ast.stmt] = tree.body
    for part in name.split("."):
        node = next(one for one in body if isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name == part)
        body = node.body
    assert isinstance(node, ast.FunctionDef)
    return node


def _value(node: ast.expr, module: Any) -> Any:
    return eval(compile(ast.Expression(node), "<default>", "eval"), vars(module))


# -- tests -----------------------------------------------------------------------------------------------------------


class Reach:
    """Which tests run which lines of the core, and how long they take; one that fails unprovoked is left out."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))

    def look(self) -> None:
        """Run every test once, in a process of its own."""
        read, write = os.pipe()
        if not os.fork():
            os.close(read)
            _silence(self.items)
            found = self._looked()
            with os.fdopen(write, "w") as pipe:
                json.dump(found, pipe)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            found = json.load(pipe)
        os.wait()
        self.seconds = found["seconds"]
        for path, line, test in found["lines"]:
            self.lines[path][line].add(test)

    def _looked(self) -> dict[str, Any]:
        from coverage import Coverage

        cover = Coverage(data_file=None, include=[f"{CORE}/*"], config_file=False)
        cover.start()
        seconds, failed = {}, 0
        for item, following in zip(self.items, [*self.items[1:], None], strict=True):
            cover.switch_context(item.nodeid)
            begun = time.process_time()
            _run(item, following)
            if item.session.testsfailed == failed:
                seconds[item.nodeid] = time.process_time() - begun
            failed = item.session.testsfailed
        cover.stop()
        data = cover.get_data()
        lines = [
            (path, line, test)
            for path in data.measured_files()
            for line, tests in data.contexts_by_lineno(path).items()
            for test in tests
            if test
        ]
        return {"seconds": seconds, "lines": lines}

    def tests(self, one: Mutant) -> list[Any]:
        """The tests that reach the change's function, those of its line first, the quickest first."""
        lines = self.lines[str(one.path)]
        here: set[str] = set().union(*(lines[at] for at in one.lines[1:] if at in lines))
        there = lines.get(one.line, set())
        found = [item for item in self.items if item.nodeid in here and item.nodeid in self.seconds]
        return sorted(found, key=lambda item: (item.nodeid not in there, self.seconds[item.nodeid]))

    def near(self, one: Mutant) -> list[Any]:
        """The quickest tests of the change's module: for a function that is called only while modules are imported."""
        here: set[str] = set().union(*self.lines[str(one.path)].values())
        found = [item for item in self.items if item.nodeid in here and item.nodeid in self.seconds]
        return sorted(found, key=lambda item: self.seconds[item.nodeid])


def _run(item: Any, following: Any) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


class Trial:
    """A pytest plug-in: instead of running the tests once, it runs them against each change."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen = chosen

    def pytest_configure(self) -> None:
        """One counter-example is enough: none is made smaller, none is kept."""
        from hypothesis import Phase, settings

        settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), database=None, deadline=None)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        """Try every change of the sample and say what became of each."""
        begun = time.monotonic()
        reach = Reach(session.items)
        reach.look()
        print(
            f"{len(reach.seconds)} of {len(session.items)} tests pass, {time.monotonic() - begun:.0f} s",
            file=sys.stderr,
        )
        found: dict[str, list[Mutant]] = defaultdict(list)
        for number, each in enumerate(sample(self.chosen), start=1):
            one = replace(each, code=each.path.read_text(encoding="utf-8")) if self.chosen.control else each
            tests = reach.tests(one)
            word = outcome(one, tests, reach, self.chosen.seconds) if tests else "not reached"
            if word in {"survived", "not reached"} and fresh(one, tests or reach.near(one), self.chosen.seconds):
                word = "killed"
            found[word].append(one)
            if word not in {"killed", "too slow"}:
                print(
                    f"{number} {word}: {one.name}  (line {one.line}, {len(tests)} tests)", file=sys.stderr, flush=True
                )
            if not number % 50:
                print(f"{number}: {told(found)}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        print(told(found), file=sys.stderr)
        left = [
            (str(one.path.relative_to(CORE)), one.number) for word in ("survived", "not reached") for one in found[word]
        ]
        Path(self.chosen.survivors).write_text(json.dumps(left), encoding="utf-8")
        return True


def outcome(one: Mutant, tests: Sequence[Any], reach: Reach, seconds: float) -> str:
    """What the tests make of a change, in a forked process."""
    child = os.fork()
    if not child:
        os._exit(_attempt(one, tests, reach, seconds))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "too slow" if os.WTERMSIG(status) == signal.SIGPROF else "killed"
    return {0: "survived", 1: "killed"}[os.WEXITSTATUS(status)]


def _attempt(one: Mutant, tests: Sequence[Any], reach: Reach, seconds: float) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _silence(tests)
    try:
        install(one)
    except ValueError:  # a method that needs its class no longer, or now does: only a new process can tell
        return 0
    begun = time.process_time()
    for item, following in zip(tests, [*tests[1:], None], strict=True):
        if time.process_time() - begun > seconds:
            break
        signal.setitimer(signal.ITIMER_PROF, 5 + 10 * reach.seconds[item.nodeid])
        _run(item, following)
        if item.session.testsfailed:
            return 1
    return 0


def _silence(items: Sequence[Any]) -> None:
    silent = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    items[0].config.get_terminal_writer()._file = silent  # noqa: SLF001
    os.dup2(silent.fileno(), 1)
    os.dup2(silent.fileno(), 2)


def fresh(one: Mutant, tests: Sequence[Any], seconds: float) -> bool:
    """A change that matters only while modules are imported: the tests notice it in a new process, from a changed copy."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["cp", "-r", str(SOURCE / "pachamama"), folder], check=True)
        (Path(folder) / one.path.relative_to(SOURCE)).write_text(one.code, encoding="utf-8")
        quick = [item.nodeid for item in tests[:40]]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *quick]
        environment = {**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, timeout=60 + 3 * seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode not in {0, 5}


def sample(chosen: argparse.Namespace) -> Iterator[Mutant]:
    """The changes to try, always the same for a seed; without those that no test can notice."""
    same = {line.rpartition(" | ")[0] for line in SAME.read_text(encoding="utf-8").splitlines() if " | " in line}
    if chosen.again:
        wanted = [(CORE / path, number) for path, number in json.loads(Path(chosen.again).read_text(encoding="utf-8"))]
    else:
        files = [CORE.parent / chosen.only] if chosen.only else sorted(CORE.rglob("*.py"))
        wanted = [place for path in files for place in places(path)]
        print(f"{len(wanted)} changes in all", file=sys.stderr)
        random.Random(chosen.seed).shuffle(wanted)
    tried = 0
    for path, number in wanted:
        one = mutant(path, number)
        if one.name not in same and not _only_guards(one):
            tried += 1
            yield one
        if tried == chosen.sample:
            return


def _only_guards(one: Mutant) -> bool:
    """Nothing but `strict=` of a `zip` is changed: it guards the program against lists that never differ in length."""
    before, _, after = (_STRICT.sub(")", text) for text in one.change.partition(" → "))
    return "strict=" in one.change and before == after


def told(found: dict[str, list[Mutant]]) -> str:
    """How many were killed, and the share."""
    counts = {word: len(those) for word, those in found.items()}
    killed = counts.get("killed", 0) + counts.get("too slow", 0)
    return f"{killed} of {sum(counts.values())} killed ({100 * killed / max(1, sum(counts.values())):.1f} %): {counts}"


def main() -> None:
    """Collect the tests, then try the changes."""
    parser = argparse.ArgumentParser(
        description=inspect.cleandoc(__doc__ or ""), formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=400, help="how many changes; 0 for all")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--control", action="store_true", help="change nothing: every “change” must survive")
    parser.add_argument("--only", help="one file, like core/ties.py")
    parser.add_argument("--again", help="a file of survivors")
    parser.add_argument("--survivors", default="survivors.json", help="where to write what survived")
    parser.add_argument("--seconds", type=float, default=20, help="processor time for one change")
    parser.add_argument("tests", nargs="*", default=list(TESTS))
    chosen = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(SOURCE))
    pytest.main(["-p", "no:cacheprovider", "-p", "no:faulthandler", *chosen.tests], plugins=[Trial(chosen)])


if __name__ == "__main__":
    main()
