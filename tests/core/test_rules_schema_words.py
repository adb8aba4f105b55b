"""What an editor is told of a few shapes, whole: types, defaults, what must be there, and what the rules say of a key."""

from __future__ import annotations

from typing import Any

import pytest

from pachamama.core.rules.keys import KEYS
from pachamama.core.rules.schema import json_schema
from pachamama.language import Reader

SHAPES = json_schema()["definitions"]
NUMBER = {"type": ["number", "string"], "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"}
WHOLE = {"type": ["integer", "string"], "pattern": r"^-?(0|[1-9][0-9]*)$"}
FEWER = "How many of the highest and lowest values are dropped; with fewer than `from` judges nothing is."
FREE = "A free mark: from `min` to `max` in steps of `step`."


def closed(description: str, required: list[str], **properties: Any) -> dict[str, Any]:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": {key.rstrip("_"): value for key, value in properties.items()},
        "required": required,
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (
            "Drop",
            closed(
                FEWER,
                [],
                highest=WHOLE | {"default": 1},
                lowest=WHOLE | {"default": 1},
                from_=WHOLE | {"default": 5, "description": FEWER},
            ),
        ),
        (
            "Band",
            closed(
                "A lower bound and what is worth a value that reaches it: half-open, the last one open upwards.",
                ["from", "points"],
                from_=NUMBER,
                points=NUMBER,
            ),
        ),
        (
            "Rounding",
            closed(
                "Where and how figures are rounded, and that what is printed is what is compared."
                "\n\n`at` names the places: each criterion, each phase, the total. With `compare: exact` nothing is rounded "
                "before it is compared, and points print with as many decimals as tell any two apart.",
                [],
                decimals=WHOLE | {"default": 2},
                mode={"enum": ["half_up", "half_even", "floor", "ceil"], "default": "half_up"},
                at={
                    "type": "array",
                    "items": {"enum": ["criterion", "phase", "total"]},
                    "description": "`at` names the places: each criterion, each phase, the total.",
                },
                compare={
                    "enum": ["printed", "exact"],
                    "default": "printed",
                    "description": KEYS["compare"].text,
                },
            ),
        ),
        ("Shared", {"const": "shared", "description": "Nobody comes first: the place is shared and the chain ends."}),
    ],
)
def test_a_shape_is_told_whole(shape: str, told: dict[str, Any]) -> None:
    """Nothing less, nothing more."""
    assert SHAPES[shape] == told


def test_lists_that_must_be_written_hold_something_and_others_may_be_empty() -> None:
    """`tiers` and `places` have an item; `categories` of an award may be left out."""
    tiers = SHAPES["Competition"]["properties"]["tiers"]
    assert tiers == {"type": "array", "items": {"$ref": "#/definitions/Tier"}, "minItems": 1}
    assert SHAPES["InKind"]["properties"]["places"] == {"type": "array", "items": WHOLE, "minItems": 1}
    assert "minItems" not in SHAPES["InKind"]["properties"]["categories"]
    assert SHAPES["InKind"]["required"] == ["scheme", "item", "places"]


def test_tables_have_ids_as_keys_and_numbers_as_values() -> None:
    """`amounts` of levels; the competitions of a file."""
    ids = SHAPES["ByCriterion"]["properties"]["criterion"]["pattern"]
    table = SHAPES["ByLevel"]["properties"]["amounts"]
    assert table == {"type": "object", "propertyNames": {"pattern": ids}, "additionalProperties": NUMBER}
    whole = json_schema()["properties"]
    assert whole["competitions"]["additionalProperties"] == {"$ref": "#/definitions/Competition"}
    assert whole["programme"] == {"$ref": "#/definitions/Programme"}
    assert whole["version"] == {"enum": ["1", 1]}


def test_a_key_is_explained_by_its_own_shape_else_by_what_it_has_in_common_with_others() -> None:
    """The sentence that names it, and no other; a key that nobody names has what `rules explain KEY` says, else nothing."""
    award = SHAPES["ByLevel"]["properties"]
    assert award["purse"]["description"] == "`purse` may be left out where the tier has only one."
    common = "What all awards have in common: an entry below `minimum_points` gets nothing, other `categories` neither."
    assert award["minimum_points"]["description"] == common
    assert "description" not in award["amounts"]
    marks = SHAPES["Marks"]["properties"]
    assert [marks[key].get("description") for key in ("min", "max", "step", "weight")] == [
        *(FREE, FREE, FREE),
        KEYS["weight"].text,
    ]
    assert [marks[key].get("default") for key in ("min", "max", "step", "weight")] == [1, None, 1, 1]
    assert SHAPES["TrimmedPanel"]["properties"]["drop"] == {"$ref": "#/definitions/Drop"}
    languages = marks["name"]["anyOf"][1]
    assert (list(languages["properties"]), languages["additionalProperties"]) == (["es", "qu", "en"], False)


def test_editors_speak_the_readers_language() -> None:
    """The descriptions are in the catalogue; the vocabulary stays as it is."""
    spanish = json_schema(Reader.of("es").text)
    assert spanish["title"] == "Bases de los concursos Pacha Mama Raymi"
    award = spanish["definitions"]["ByLevel"]["properties"]
    assert award["purse"]["description"] == "`purse` se puede omitir donde el nivel tiene una sola bolsa."
    assert spanish["definitions"]["Rounding"]["properties"]["mode"] == SHAPES["Rounding"]["properties"]["mode"]
    told = [shape.get("description") for shape in spanish["definitions"].values()]
    assert not {*told} & {shape.get("description") for shape in SHAPES.values()}


@pytest.mark.parametrize("text", [None, Reader.of("es").text])
def test_what_is_said_of_a_key_is_whole(text: Any) -> None:
    """A colon before the words that can stand there ends no sentence."""
    shapes = json_schema(text)["definitions"] if text is not None else SHAPES
    said = shapes["MeanPanel"]["properties"]["missing"]["description"]
    assert "`leave_out`" in said
    assert said.endswith(".")
