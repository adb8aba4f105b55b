"""Who may import whom, and what must never be loaded: the rooms of docs/architecture.md, held by reading the source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
PACKAGE = SOURCE / "pachamama"
ORACLE = Path(__file__).parent / "oracle"

MAY_IMPORT = {
    # room          the rooms it may import, besides itself
    "core": set(),
    "language": {"core"},
    "store": {"core"},
    "rehearsal": {"core"},
    "exchange": {"core", "language"},
    "papers": {"core", "language"},
    "screens": {"core", "language"},
    "cli": {"core", "language", "store", "rehearsal", "exchange", "papers", "screens"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""The whole table; `cli` is on no other line than that of `__main__`. Everybody may ask `pachamama` for its version."""

HEAVY = {"rich", "typst", "pydantic", "sqlite_utils", "num2words", "babel", "xlsxwriter", "openpyxl", "yaml"}
HEAVY |= {"textual", "segno", "python_calamine", "rapidfuzz", "stdnum"}
"""Libraries that a command pays for only if it needs them: imported inside the function."""

MADE_OF = {"screens/fullscreen.py": {"textual", "rich"}}
"""A module that is nothing but classes of a heavy library: it is imported where the full screen is opened, only."""

LONGEST = 600
"""Lines of a file: what one person still reads in one go."""

LONGER = {"core/awards.py", "core/panels.py", "core/ties.py", "exchange/audit/recount.py"}
"""The rooms of a kind of rule, a class for each: longer only because there are many kinds. And the recount of the audit
bundle, which goes out as one file that needs no other."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """`core/rules/reading.py`, as failing tests and people call it."""
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    """The room of a module: its folder under the package, or its own name at the top."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(nodes: Iterator[ast.AST], package: str) -> Iterator[tuple[int, str]]:
    """Every module that is imported there, with its line; `from . import x` under its full name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -node.level + 1 or None] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            if module == "pachamama" or not node.module:
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def at_module_level(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is imported: neither the bodies of functions nor what only the type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield from (other, *at_module_level(other))
            continue
        yield node
        yield from at_module_level(node)


def tree_of(path: Path) -> ast.Module:
    """The module as Python reads it."""
    return ast.parse(path.read_text("utf-8"), str(path))


def package_of(path: Path) -> str:
    """The package a relative import starts from."""
    return ".".join(path.parent.relative_to(SOURCE).parts)


def loaded_by(*words: str) -> set[str]:
    """The top-level names of all modules that a Python process has loaded by its end."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *words],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    names = (line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.split(".")[0] for name in names}


def test_every_room_has_its_line_in_the_table() -> None:
    """A new room is not free of the rules: it is put into the table first."""
    assert {room_of(path) for path in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_the_rooms_of_its_line(path: Path) -> None:
    """Also inside functions, and also for the type checker alone: whoever reads a room needs no other."""
    allowed = MAY_IMPORT[room_of(path)] | {room_of(path)}
    strangers = [
        f"{name_of(path)}:{line} imports {module}"
        for line, module in imported(ast.walk(tree_of(path)), package_of(path))
        if module.split(".")[0] == "pachamama" and module not in {"pachamama", "pachamama.__version__"}
        if module.split(".")[1] not in allowed
    ]
    assert strangers == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_program_needs_nothing_that_stands_beside_it(path: Path) -> None:
    """Whoever installs it has no tests, tools or benchmarks; and it never asks the recount that checks it."""
    beside = {"tests", "tools", "benchmarks", "oracle"}
    modules = [module for _, module in imported(ast.walk(tree_of(path)), package_of(path))]
    assert [module for module in modules if module.split(".")[0] in beside] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_imports_by_a_name_made_at_run_time(path: Path) -> None:
    """`cli/entry` loads the module of the command; anywhere else such an import would slip past this table."""
    named = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name | ast.Attribute | ast.alias)]
    called = {getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None) for node in named}
    assert room_of(path) == "cli" or called.isdisjoint({"import_module", "__import__"})


@pytest.mark.parametrize("path", sorted(ORACLE.glob("*.py")), ids=lambda path: path.name)
def test_the_recount_shares_nothing_with_what_it_checks(path: Path) -> None:
    """Two programs by two hands: a mistake in one is not in the other, and its competitions come from neither."""
    modules = [module for _, module in imported(ast.walk(tree_of(path)), "tests.oracle")]
    assert [module for module in modules if module.split(".")[0] == "pachamama"] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_heavy_library_is_imported_where_it_is_needed_only(path: Path) -> None:
    """No module loads one merely by being imported."""
    heavy = [
        f"{name_of(path)}:{line} imports {module}"
        for line, module in imported(at_module_level(tree_of(path)), package_of(path))
        if module.split(".")[0] in HEAVY - MADE_OF.get(name_of(path), set())
    ]
    assert heavy == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_holds(path: Path) -> None:
    """The first lines of a file tell a reader whether it is the right one."""
    assert ast.get_docstring(tree_of(path))


def test_a_file_is_no_longer_than_a_person_reads() -> None:
    """A longer one becomes two rooms; the three that may be longer are named, and leave the list once they are not."""
    assert {name_of(path) for path in MODULES if len(path.read_text("utf-8").splitlines()) > LONGEST} == LONGER


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=name_of)
def test_the_core_knows_no_floats(path: Path) -> None:
    """Neither the type nor a number written with a point (RULES.md, 0.1); how alike two words are is no points."""
    nodes = list(ast.walk(tree_of(path)))
    likeness = [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == "cutoff"]
    floats = [
        f"{name_of(path)}:{node.lineno}"
        for node in nodes
        if (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float | complex) and node not in likeness)
    ]
    assert floats == []


def test_the_core_settles_without_any_library_of_the_shell() -> None:
    """A programme can reckon with the core alone, and quickly."""
    loaded = loaded_by("-c", "import pachamama.core.settle")
    assert "pachamama" in loaded
    assert loaded & {"typer", "click", "sqlite3", *HEAVY} == set()


def test_the_version_is_said_before_anything_is_loaded() -> None:
    """`--version` costs Python and nothing else."""
    loaded = loaded_by("-m", "pachamama", "--version")
    assert "pachamama" in loaded
    assert loaded & {"typer", "click", *HEAVY} == set()
