"""The columns of a score table: what each tier's table may hold, under which titles people write it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pachamama.core.assets import NOT_BELOW_0 as NOT_BELOW
from pachamama.core.assets import PARTS, REQUESTED, assets_of, beside_marks, two_ways
from pachamama.core.numbers import plain, read_exact, two_readings
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Sentence, Value, say
from pachamama.core.sheets import text_shown
from pachamama.core.ties import Higher, LargerGain, Lower
from pachamama.exchange.columns import Columns, folded

_FIXED: Mapping[str, Sequence[str]] = {
    "within": (),
    "category": ("categoría",),
    "entry": ("participante", "código", "code", "codigo de participante"),
    "phase": ("fase", "etapa"),
    "judge": ("jurado", "juez", "jueza", "codigo de jurado"),
    "status": ("estado", "situación"),
    "deductions": ("deducciones", "descuentos", "faltas"),
    "requested": ("solicitado", "monto solicitado", "monto que solicita", "amount asked for", "requested amount"),
    "note": ("observación", "observaciones", "comentario", "comentarios", "remarks"),
    "name": ("nombre", "nombres", "titular", "nombre y apellidos", "nombres y apellidos"),
    "total": ("puntaje", "puntaje total", "suma", "puntos", "total de control", "control total"),
    "sum": ("suma de las notas", "suma automática"),
    "sheet_code": ("ficha", "código de ficha", "n de ficha", "no de ficha", "sheet code"),
}
CONTROL_TITLES = frozenset({"totaldecontrol", "controltotal"})
"""Folded titles of a total that was copied from the paper, and not reckoned by the spreadsheet."""
NOT_READ = frozenset({"sum"})
"""Columns that are there for the eye: what a spreadsheet reckons itself decides nothing."""
_FIELDS: Mapping[str, Sequence[str]] = {
    "registered": ("fecha de inscripción", "fecha de registro", "inscripción", "registrado"),
    "entrant": ("concursante",),
    "community": (),
    "households": ("hogares", "familias", "padrón", "empadronados", "numero de familias", "numero de hogares"),
    "lots": ("sorteo",),
    "jury_decision": ("decisión del jurado",),
    "sex": ("sexo", "género", "gender"),
}
_UNITS: Mapping[str, Sequence[str]] = {
    "community": ("comunidad", "comunidad campesina"),
    "watershed": ("cuenca", "microcuenca", "watershed"),
    "household": ("familia", "hogar", "household"),
    "group": ("grupo", "group"),
}
_ASSETS: Mapping[str, Sequence[str]] = {
    "before": ("antes", "before"),
    "now": ("ahora", "now"),
    "unit": ("unidad", "unit"),
    "value_before": ("valor antes", "value before"),
    "value_now": ("valor ahora", "value now"),
}
"""What stands behind the name of an asset: `Andenes, antes`, `Andenes (m), valor ahora`."""
ORDERS = frozenset({"lots", "jury_decision"})
"""Recorded orders count from 1."""
NOT_BELOW_0 = frozenset({"households", REQUESTED})
WHOLE = ORDERS | {"households"}
CODES = frozenset({"entrant", "community"})
_ROW = frozenset(
    {"within", "category", "entry", "phase", "judge", "status", "deductions", "note", "total", "sum", "sheet_code"}
)
"""Columns that belong to the row, or are merged in their own way; all others say something of the entry."""


def known_columns(tier: Tier, numeric: frozenset[str]) -> dict[str, Sequence[str]]:
    """Every column that has a meaning, with its titles; what the rules name goes before what everybody calls a thing."""
    known: dict[str, Sequence[str]] = dict(_FIXED) | dict(_FIELDS)
    own = _UNITS.get(tier.tier, ())
    unit = _UNITS.get(tier.within, ())
    known["entry"] = (*known["entry"], *own)
    known["within"] = tuple(title for title in unit if title not in own)
    if "comunidad" not in (*known["entry"], *known["within"]):
        known["community"] = _UNITS["community"]
    named = {*numeric, *(quota.field for quota in tier.promotion.quota)} if tier.promotion else numeric
    known |= {name: () for name in named if name not in known}
    if tier.tier != "community":
        known["households"] = ()
    criteria = [one for phase in tier.judged_phases for one in phase.judged]
    titles = [folded(name) for one in criteria for name in {*one.name.texts.values()}]
    words = {folded(word) for name, words in known.items() for word in (name, *words)}
    for criterion in criteria:
        known[criterion.id] = tuple(
            name
            for name in criterion.name.texts.values()
            if titles.count(folded(name)) == 1 and folded(name) not in words
        )
        known |= {name: () for name in (f"{criterion.id}_before", f"{criterion.id}_now") if name not in known}
    known |= {name: words for name, words in _asset_titles(tier).items() if name not in {one.id for one in criteria}}
    taken = {folded(word) for one in criteria for word in (one.id, *known[one.id])}
    return {
        name: words if name in taken else tuple(word for word in words if folded(word) not in taken)
        for name, words in known.items()
    }


def _asset_titles(tier: Tier) -> dict[str, Sequence[str]]:
    """The columns of the assets that the rules compare, with their titles: by their names, with or without the unit."""
    found: dict[str, Sequence[str]] = {}
    for asset in assets_of(tier):
        names = [*asset.name.texts.values(), asset.name.fallback, asset.id]
        names += [f"{name} {asset.unit}" for name in names if asset.unit]
        for part in PARTS:
            found[f"{asset.id}_{part}"] = [f"{name} {word}" for name in names for word in _ASSETS[part]]
    return found


def numeric_fields(tier: Tier) -> frozenset[str]:
    """The entry fields that are figures: those that everybody has, and those that the rules compare or ask for."""
    compared = (step.fields for step in tier.ties if isinstance(step, Higher | Lower | LargerGain))
    return frozenset({*NOT_BELOW_0, *ORDERS, *quantities(tier)}.union(*compared))


def quantities(tier: Tier) -> frozenset[str]:
    """The entry fields that are quantities or amounts, never below 0: assets and their values, and what is asked for."""
    return frozenset({*(one.field for one in beside_marks(tier) if one.is_figure), REQUESTED})


def said_columns(tier: Tier, columns: Columns) -> tuple[tuple[str, int], ...]:
    """The columns that say something of the entry as a whole, by the name of the field."""
    marked = {one.id for phase in tier.judged_phases for one in phase.judged}
    named = numeric_fields(tier)
    rest = {name: at for name, at in columns.at.items() if name not in marked and (name not in _ROW or name in named)}
    return tuple({**columns.others, **rest}.items())


def control_total(tier: Tier, columns: Columns) -> int | None:
    """Where the total of each sheet stands; None without one, or where the rules call something else `total`."""
    is_other = "total" in numeric_fields(tier) or any(
        one.id == "total" for phase in tier.judged_phases for one in phase.judged
    )
    return None if is_other else columns.at.get("total")


def figure_said(
    name: str, written: str, quantities: Collection[str], *, called: Value
) -> str | tuple[Sentence, Sentence]:
    """A figure of an entry in plain digits; or why it cannot be one, and the remedy. `called` is what people call it."""
    lowest = 1 if name in ORDERS else 0 if name in NOT_BELOW_0 or name in quantities else None
    if (both := two_readings(written)) is not None and name not in WHOLE:
        return two_ways(written, *both, called=called)
    figure = read_exact(written, comma=True)
    is_whole = isinstance(figure, int) or name not in WHOLE
    if figure is not None and is_whole and (lowest is None or figure >= lowest):
        return plain(figure)
    hint = NOT_BELOW if lowest == 0 else say("write a number in plain digits, like 12 or 12.5")
    if name in WHOLE:
        hint = say("write a whole number from {lowest}", lowest=lowest or 0)
    return say("“{text}” cannot be “{field}”", text=text_shown(written), field=called), hint
