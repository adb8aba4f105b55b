"""What the machine says when it refuses, in plain words: the system, a damaged text, a damaged database.

Its own words are English and for programmers (`File exists`, `'utf-8' codec can't decode byte 0xba`). They are told
nowhere; this is the one place that knows what each of them means to a person.
"""

from __future__ import annotations

import errno

from pachamama.core.sentences import Sentence, say

_SAID: dict[int, Sentence] = {
    errno.EEXIST: say("something of this name is there already"),
    errno.ENOENT: say("there is no such file or folder"),
    errno.ENOTDIR: say("a part of its name is a file, not a folder"),
    errno.EISDIR: say("a folder has this name"),
    errno.ENOTEMPTY: say("the folder is not empty"),
    errno.EACCES: say("this user has no permission for it"),
    errno.EPERM: say("this user has no permission for it"),
    errno.EROFS: say("the disk or stick can only be read"),
    errno.ENOSPC: say("the disk is full"),
    errno.EFBIG: say("the file is too large for this disk"),
    errno.EIO: say("the disk or stick does not answer"),
    errno.ENXIO: say("the disk or stick does not answer"),
    errno.ENODEV: say("the disk or stick does not answer"),
    errno.EBUSY: say("another program is using it"),
    errno.EAGAIN: say("another program is using it"),
    errno.EMFILE: say("too many files are open on this laptop"),
    errno.ENFILE: say("too many files are open on this laptop"),
    errno.ENAMETOOLONG: say("its name is too long"),
    errno.EINVAL: say("this cannot be the name of a file"),
    errno.ELOOP: say("its name leads around in a circle"),
}
_ONLY_SOME_SYSTEMS = {
    "EDQUOT": _SAID[errno.ENOSPC],
    "ETXTBSY": _SAID[errno.EBUSY],
    "ESTALE": _SAID[errno.EIO],
    "EREMOTEIO": _SAID[errno.EIO],
}
_SAID |= {getattr(errno, name): said for name, said in _ONLY_SOME_SYSTEMS.items() if hasattr(errno, name)}

_CORRUPT, _NO_DATABASE = 11, 26
"""SQLite's numbers for pages that do not hang together, and for a file that is something else."""


def machine_said(error: BaseException) -> Sentence:
    """Why the machine refused: words that stand behind a colon or in brackets, in any language."""
    if isinstance(error, UnicodeError):
        return say("letters in it cannot be read")
    if isinstance(error, OSError):
        known = _SAID.get(error.errno or 0)
        return known if known is not None else say("the system says error {number}", number=str(error.errno or "?"))
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        if code & 0xFF == _CORRUPT:
            return say("its pages do not hang together")
        if code & 0xFF == _NO_DATABASE:
            return say("this is no database")
        return say("the database says error {number}", number=str(code))
    if isinstance(error, ValueError) and "null" in str(error):
        return _SAID[errno.EINVAL]
    return say("an error of the kind {kind}", kind=type(error).__name__)
