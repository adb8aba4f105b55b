"""`check`: everything that the file says, proved again; silent when all is well, and a paper's code against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.damage import damage_of
from pachamama.cli.help import Command, new_app
from pachamama.cli.paid_twice import uncounted
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Mismatch, PachamamaError, Place, Problem, Refused
from pachamama.core.sentences import Sentence, Value, When, say, say_count

if TYPE_CHECKING:
    from pachamama.core.model import Round
    from pachamama.store import Store
    from pachamama.store.money import Receipt, Whose
    from pachamama.store.rounds import Seal

app = new_app()


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was proved, in words, and what is wrong with it; nothing is wrong where `problems` is empty."""

    what: Sentence
    problems: tuple[Problem, ...] = ()


@app.command("check", cls=Command)
def check(
    context: typer.Context,
    code: Annotated[str | None, typer.Option("--code", metavar="CODE", help="the code at the foot of a paper")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="say what was proved")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the same as `--format json`")] = False,
) -> None:
    """Prove the file again: its pages, the journal, every table, seal, sum and payment; silent and 0 when all is well.

    With `--code` it also says whether a paper is of the results that stand. Damage and mismatch end with code 3: do not pay.
    """
    asked = session(context)
    asked.no_csv()
    as_json = as_json or asked.format == "json"
    try:
        with asked.open() as store:
            found = _Checked.of(asked, store, code)
    except Exception as error:
        damage = damage_of(error, asked.db)
        if damage is None or not as_json:
            raise
        found = _Checked([Proof(damage.problems[0].message, damage.problems)])
    if as_json:
        asked.json(found.written(asked, code))
    else:
        if verbose:
            found.tell_the_proved(asked)
        asked.tell_warnings(found.cautions)
    if found.problems:
        raise Mismatch(*found.problems)
    if not as_json:
        if found.paper is not None:
            asked.result(asked.reader.say(found.paper.what))
        if verbose:
            asked.tell(*found.pending)


@dataclass(slots=True)
class _Checked:
    """All that was found of a file, and of the paper whose code was named."""

    proofs: list[Proof]
    paper: Proof | None = None
    pending: Sequence[Sentence] = ()
    cautions: Sequence[Problem] = ()
    kept: Sequence[tuple[Seal, Path | None]] = ()

    @classmethod
    def of(cls, asked: Session, store: Store, code: str | None) -> _Checked:
        """Prove the file; the backups are compared with one that is sound."""
        found = cls(list(_proofs(store)))
        if found.proofs[0].problems:
            return found
        found.paper = _paper(store, code) if code is not None else None
        found.pending = _pending(store)
        if not any(proof.problems for proof in found.proofs):
            copies = _copies(asked, store)
            agreement, lacking = _compared(store, copies)
            found.proofs += [agreement] if copies else []
            found.kept = list(_kept(asked, store))
            found.cautions = [*_stale(store), *_overpaid(store), *_unkept(found.kept), *_spoilt(copies), *lacking]
        return found

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong."""
        every = [*self.proofs, self.paper] if self.paper is not None else self.proofs
        return [problem for proof in every for problem in proof.problems]

    def written(self, asked: Session, code: str | None) -> dict[str, object]:
        """It as JSON; of a damaged file no paper stands."""
        say_ = asked.reader.say
        paper = self.paper or self.proofs[0]
        return {
            "ok": not self.problems,
            "proved": [say_(proof.what) for proof in self.proofs if not proof.problems],
            "paper": None
            if code is None
            else {
                "code": code,
                "stands": not paper.problems,
                "says": say_(paper.problems[0].message if paper.problems else paper.what),
            },
            "problems": [asked.reader.problem(one) for one in self.problems],
            "pending": [say_(one) for one in self.pending],
            "warnings": [asked.reader.problem(one) for one in self.cautions],
            "backups": [
                {"round": one.round, "closing": one.number, "file": str(path) if path else None}
                for one, path in self.kept
            ],
        }

    def tell_the_proved(self, asked: Session) -> None:
        """Say what was proved, and where each closing is kept."""
        for proof in self.proofs:
            if not proof.problems:
                asked.result(asked.reader.say(proof.what))
        for one, path in self.kept:
            if path is not None:
                said = say(
                    "{round}: closing {number} is in the verified backup {file}.",
                    round=one.round,
                    number=one.number,
                    file=visible(str(path)),
                )
                asked.result(asked.reader.say(said))


# -- the file --------------------------------------------------------------------------------------------------------


def _proofs(store: Store) -> Iterator[Proof]:
    """Each thing that is proved, one after the other; a damaged file is not read any further."""
    damage = store.damage()
    yield Proof(say("SQLite reads back every page as it was written."), damage)
    if damage:
        return
    wrong = store.verify()
    yield Proof(
        say_count(
            "The journal's {count} entry closes, and gives every table and every seal again.",
            "The journal's {count} entries close, and give every table and every seal again.",
            sum(one.entries for one in store.devices()),
        ),
        wrong,
    )
    if wrong:
        return
    closed = [one for one in store.rounds() if one.state == "closed"]
    for one in closed:
        yield _results(store, one)
    for one in store.rounds():
        receipts = [receipt for receipt in store.receipts(one.code) if receipt.is_paid]
        if receipts or any(given.stands for given in store.redress(one.code)) or uncounted(store, one.code):
            yield _payments(store, one, receipts)


def _results(store: Store, one: Round) -> Proof:
    """Settle a closed round again by its own rules and marks, and compare with what was stored, to the letter."""
    from pachamama.cli.gather import frozen_rules
    from pachamama.core.settle import settle
    from pachamama.exchange import stored_document

    what = say("{round}: its marks and rules give the stored results again, and its purses close.", round=one.code)
    if store.is_stale(one.code):
        return Proof(say("{round}: it reads results that were reopened, and is not proved.", round=one.code))
    contests = [contest for contest in store.contests(one.code) if contest.entries]
    try:
        again = stored_document(settle(frozen_rules(one.rules), one.competition, one.tier, contests))
    except Refused as refusal:
        return Proof(what, refusal.problems)
    if again == store.results(one.code):
        return Proof(what)
    return Proof(
        what,
        (
            Problem(
                NOWHERE,
                say("{round}: its marks and rules do not give the results that were stored.", round=one.code),
                say("Do not pay from this file. Keep it as it is and compare it with a backup."),
            ),
        ),
    )


def _payments(store: Store, one: Round, receipts: Sequence[Receipt]) -> Proof:
    """Nobody was ever paid more than the prize that stood then, unless it was given back or let be afterwards.

    What was given back before counts as not paid; a decision to let be covers what was paid until then.
    """
    wrong = list(_returned_too_much(store, one))
    redress = [given for given in store.redress(one.code) if given.stands]
    for closing in sorted({receipt.results for receipt in receipts if not receipt.apart}):
        won = _won(store, one, closing)
        paid_now = {
            receipt.whose for receipt in receipts if receipt.results == closing and receipt.cents and not receipt.apart
        }
        paid = _paid(receipt for receipt in receipts if receipt.results <= closing)
        for whose in (whose for whose in paid if whose in paid_now):
            mine = [given for given in redress if given.whose == whose]
            before = sum(given.cents for given in mine if given.kind == "returned" and given.results <= closing)
            after = sum(given.cents for given in mine if given.kind == "returned" and given.results > closing)
            let_be = sum(given.cents for given in mine if given.kind == "waived" and given.results >= closing)
            if paid[whose] - before - after - let_be > won[whose]:
                wrong.append(
                    Problem(
                        NOWHERE,
                        say(
                            "{round}: {entry} was paid more than its prize of closing {number}.",
                            round=one.code,
                            entry=whose[2],
                            number=closing,
                        ),
                        say("Do not pay any more. Look at the receipts: `pachamama pay list {round}`.", round=one.code),
                    )
                )
    wrong += [
        Problem(
            NOWHERE,
            said,
            say("Do not pay any more. Find out what was paid, and settle it: `pachamama conflicts list`."),
        )
        for said in uncounted(store, one.code)
    ]
    return Proof(
        say_count(
            "{round}: {count} payment, none above the prize of its closing.",
            "{round}: {count} payments, none above the prize of its closing.",
            len(receipts),
            round=one.code,
        ),
        tuple(wrong),
    )


def _returned_too_much(store: Store, one: Round) -> Iterator[Problem]:
    """Whoever gave back more than was ever paid: a payment was made void elsewhere."""
    for held in store.accounts(one.code):
        if held.returned > held.paid:
            yield Problem(
                NOWHERE,
                say("{round}: {entry} gave back more than it was paid.", round=one.code, entry=held.entry),
                say(
                    "Do not pay any more. Find out what was paid, and make void what was not given back: `pachamama pay void "
                    "{code} --reason TEXT`.",
                    code=next(given.code for given in held.redress if given.stands and given.kind == "returned"),
                ),
            )


def _stale(store: Store) -> list[Problem]:
    """The rounds that read results which were reopened: nothing is wrong with the file, and nobody is paid from them."""
    from pachamama.cli.waiting import stale_of

    return [Problem(NOWHERE, said) for one in store.rounds() for said in stale_of(store, one)]


def _overpaid(store: Store) -> Iterator[Problem]:
    """Who was paid rightly and won less in a later closing, of which nothing was given back or let be yet."""
    for one in store.rounds():
        seals = store.seals(one.code)
        for held in store.accounts(one.code) if seals else ():
            if held.beyond:
                yield Problem(
                    NOWHERE,
                    say(
                        "{round}: {entry} was paid before, and wins less since closing {number}.",
                        round=one.code,
                        entry=held.entry,
                        number=seals[-1].number,
                    ),
                    say(
                        "How much too much it is: `pachamama pay list {round} --unpaid`. It ends with `pachamama pay return` or "
                        "`pachamama pay waive`.",
                        round=one.code,
                    ),
                )


def _won(store: Store, one: Round, closing: int) -> Counter[Whose]:
    """The cents that each entry wins under a closing."""
    from pachamama.exchange import read_stored

    contests = read_stored(store.results_of(one.code, closing)).contests
    return Counter(
        {
            (contest.within, contest.category, placing.entry.code): placing.cents
            for contest in contests
            for placing in contest.placings
        }
    )


def _paid(receipts: Iterable[Receipt]) -> Counter[Whose]:
    paid: Counter[Whose] = Counter()
    for receipt in receipts:
        paid[receipt.whose] += receipt.cents
    return paid


# -- the backups -----------------------------------------------------------------------------------------------------


def _kept(asked: Session, store: Store) -> Iterator[tuple[Seal, Path | None]]:
    """Each closing that stands, and the verified backup that holds it; None where no folder has one."""
    from pachamama.cli.safekeeping import holding

    for sealed in store.seals():
        if sealed.stands:
            yield sealed, next((path for path in holding(asked, store, sealed) if _is_proved(path)), None)


def _is_proved(path: Path) -> bool:
    """Everything that the copy says is proved, as that of the file itself."""
    from pachamama.store import Store

    with Store.open(path) as copy:
        return not copy.verify()


def _unkept(kept: Sequence[tuple[Seal, Path | None]]) -> Iterator[Problem]:
    for sealed, path in kept:
        if path is None:
            yield Problem(
                NOWHERE,
                say(
                    "{round}: no verified backup of closing {number} is here.", round=sealed.round, number=sealed.number
                ),
                say("Make one: `pachamama backup`, and one on a stick: `pachamama backup --to FOLDER`."),
            )


def _spoilt(copies: Sequence[tuple[Path, bool]]) -> Iterator[Problem]:
    """Copies that are not any more what the list beside them says."""
    for path, is_whole in copies:
        if not is_whole:
            yield Problem(
                Place(str(path)),
                say("this backup is damaged or was changed: it is not what SHA256SUMS says of it"),
                say("Do not restore from it. Make another: `pachamama backup`."),
            )


def _copies(asked: Session, store: Store) -> list[tuple[Path, bool]]:
    """The backups that are there, in every folder that is known, each with whether it is what its list says."""
    from pachamama.cli.safekeeping import backup_folders
    from pachamama.exchange.backups import is_whole, listed

    return [
        (folder / name, is_whole(folder / name))
        for folder in backup_folders(asked, store)
        for name in sorted(listed(folder))
        if (folder / name).exists()
    ]


def _compared(store: Store, copies: Sequence[tuple[Path, bool]]) -> tuple[Proof, list[Problem]]:
    """The backups say nothing that the file does not say; and what they have of other laptops that it lacks."""
    from pachamama.store import Store

    wrong, lacking, count = [], [], 0
    for path, is_whole in copies:
        if not is_whole:
            continue
        try:
            with Store.open(path) as copy:
                heads = copy.heads
        except PachamamaError:
            continue
        count += 1
        for device, number, digest in heads:
            known = store.hash_of(device, number)
            if known == digest or not store.hash_of(device, 1):
                continue
            if known:
                wrong.append(
                    Problem(
                        Place(str(path)),
                        say(
                            "entry {number} of the journal is another one in this backup than in the file",
                            number=number,
                        ),
                        say("Do not pay. One of the two was changed, or both went on apart: keep both, and compare."),
                    )
                )
            elif device == store.device:
                wrong.append(
                    Problem(
                        Place(str(path)),
                        say(
                            "this backup has the journal up to entry {number}, and the file only up to {last}",
                            number=number,
                            last=store.head[0],
                        ),
                        say(
                            "Do not pay. Something was cut off, or an older copy took its place: go on with the newest."
                        ),
                    )
                )
            else:
                lacking.append(
                    Problem(
                        Place(str(path)),
                        say("this backup has entries of another laptop that the file lacks"),
                        say("Take them in: `pachamama merge {file}`.", file=visible(str(path))),
                    )
                )
    what = say_count("{count} backup says what the file says.", "{count} backups say what the file says.", count)
    return Proof(what, tuple(wrong)), lacking


# -- what waits for people -------------------------------------------------------------------------------------------


def _pending(store: Store) -> list[Sentence]:
    """What is no damage, and still waits for people."""
    from pachamama.cli.waiting import waiting_of

    found = [said for one in store.rounds() for said in waiting_of(store, one)]
    conflicts = [one for one in store.conflicts() if not one.settled]
    if conflicts:
        found.append(
            say_count(
                "{count} conflict between laptops waits for a decision: `pachamama conflicts list`.",
                "{count} conflicts between laptops wait for a decision: `pachamama conflicts list`.",
                len(conflicts),
            )
        )
    return found


# -- a paper ---------------------------------------------------------------------------------------------------------


def _paper(store: Store, typed: str) -> Proof:
    """What a paper's code says: of the results that stand, of older ones, or of none in this file."""
    from pachamama.store.seal import read_code

    keep = say("Do not pay from this paper. Keep it, and print the papers of the results that stand.")
    try:
        code = read_code(typed)
    except Refused as refusal:
        return Proof(refusal.problems[0].message, refusal.problems)
    found: Seal | None = next((one for one in store.seals() if one.code == code), None)
    if found is None:
        message = _closed_apart(store, code) or say("No round of this file was closed with the code {code}.", code=code)
        return Proof(message, (Problem(NOWHERE, message, keep),))
    if found.replaced_by:
        message = say(
            "The paper is of closing {number} of {round}, which {code} replaced.",
            number=found.number,
            round=found.round,
            code=found.replaced_by,
        )
        return Proof(message, (Problem(NOWHERE, message, keep),))
    if found.is_open:
        message = say(
            "The paper is of closing {number} of {round}, which was reopened since.",
            number=found.number,
            round=found.round,
        )
        return Proof(message, (Problem(NOWHERE, message, keep),))
    if store.is_stale(found.round):
        message = say(
            "The paper is of closing {number} of {round}, which reads results that were reopened since.",
            number=found.number,
            round=found.round,
        )
        return Proof(message, (Problem(NOWHERE, message, keep),))
    return Proof(
        say(
            "The paper is of closing {number} of {round}, by {actor}, {at}: these results stand.",
            number=found.number,
            round=found.round,
            actor=found.actor,
            at=When(found.at),
        )
    )


def _closed_apart(store: Store, code: str) -> Sentence | None:
    """That two laptops closed a round apart, and the closing of this code is the one that does not stand; else None."""
    entry = store.closing_apart(code)
    if entry is None:
        return None
    laptop = next((one.name for one in store.devices() if one.code == entry.device and one.name), entry.device)
    said: dict[str, Value] = {
        "round": str(entry.body["round"]),
        "actor": entry.actor,
        "at": When(entry.at),
        "laptop": visible(laptop),
    }
    standing = next((one.code for one in store.seals(str(entry.body["round"])) if one.stands), "")
    if not standing:
        return say(
            "The paper is of a closing of {round} on the laptop {laptop}, by {actor}, {at}. Two laptops closed it apart, and this one "
            "does not stand.",
            **said,
        )
    return say(
        "The paper is of a closing of {round} on the laptop {laptop}, by {actor}, {at}. Two laptops closed it apart, and the one that "
        "stands is {code}.",
        code=standing,
        **said,
    )
