"""The user's own templates: a file of the same name stands in for ours, and everything else stays as it is.

The typesetter sees one folder that is made for the run: our templates, and over them what the user's folder holds. It
reads no file outside of it, and no package from the net.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import say
from pachamama.papers import kit

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"})
"""What a template may place beside its own text, such as the sign of a municipality."""
_PACKAGE = re.compile(r"""["']@[\w-]+/""")
_MOST_BYTES = 5_000_000


@contextmanager
def own_templates(folder: Path) -> Iterator[None]:
    """While it lasts every paper is set with the templates of the folder, and with ours where it has none.

    Refused with all that is wrong: no such folder, nothing in it, a package from the net, a picture that is too large.
    """
    files = _files(folder)
    with TemporaryDirectory(prefix="pachamama-") as made:
        place = Path(made)
        for ours in kit.TEMPLATES.glob("*.typ"):
            shutil.copyfile(ours, place / ours.name)
        for path in files:
            target = place / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        before = kit.OWN.set(place)
        try:
            yield
        finally:
            kit.OWN.reset(before)


def copy_ours(folder: Path) -> list[Path]:
    """Our templates, written into a folder to start from; refused where a file of that name is there already."""
    ours = sorted(kit.TEMPLATES.glob("*.typ"))
    refuse_if(
        Problem(
            Place(str(folder / one.name)),
            say("this file is there already"),
            say("name an empty or new folder with `-o FOLDER`"),
        )
        for one in ours
        if (folder / one.name).exists()
    )
    for one in ours:
        shutil.copyfile(one, folder / one.name)
    return [folder / one.name for one in ours]


def _files(folder: Path) -> list[Path]:
    """The templates and pictures of the folder, links left out, in order of their names."""
    if not folder.is_dir():
        raise Refused(
            Problem(
                Place(str(folder)),
                say("there is no such folder"),
                say("make one with ours to start from: `pachamama print templates -o FOLDER`"),
            )
        )
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix.lower() in {".typ", *PICTURES}
    ]
    if not any(path.suffix == ".typ" for path in files):
        raise Refused(
            Problem(
                Place(str(folder)),
                say("there is no template (`.typ`) in this folder"),
                say("make one with ours to start from: `pachamama print templates -o FOLDER`"),
            )
        )
    problems = []
    for path in files:
        if path.stat().st_size > _MOST_BYTES:
            problems.append(
                Problem(Place(str(path)), say("this file is larger than {most} MB", most=_MOST_BYTES // 1_000_000))
            )
        elif path.suffix == ".typ" and _PACKAGE.search(path.read_text("utf-8", errors="replace")):
            problems.append(
                Problem(
                    Place(str(path)),
                    say("a template takes nothing from the net"),
                    say("copy what it needs into the folder, and import it by the name of its file"),
                )
            )
    refuse_if(problems)
    return files
