"""What clients may send and what they get, with bounds, so that the OpenAPI document is exact.

Answers whose shape is a value of palate.values need no model of their own here: the dataclass is the model.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

from palate.values import Constraint, ModelVersion, RecommendedItem

MAX_TEXT = 200_000
MAX_BATCH = 10_000
NO_NUL = r"^[^\x00]*$"  # PostgreSQL cannot keep a NUL character

Identifier = Annotated[str, Field(min_length=1, max_length=256, pattern=NO_NUL)]
ItemId = Annotated[str, Field(min_length=1, max_length=512, pattern=NO_NUL)]
Count = Annotated[int, Field(ge=1, le=100)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Words = Annotated[str, AfterValidator(lambda text: text.replace("\0", "\ufffd"))]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)  # strict: true is no number, "5" neither


# --- requests ----------------------------------------------------------------------------------------


class ChatRequest(_In):
    """One utterance. Longer texts than the shop's ``service.max_text`` are read up to there."""

    text: Annotated[Words, Field(max_length=MAX_TEXT, examples=["a gift for my father, under 300 yuan"])]
    user_id: Identifier | None = None
    session_id: Annotated[
        Identifier | None, Field(description="That of the turn before; without it a new one begins.")
    ] = None
    k: Annotated[
        Count | None, Field(description="How many items to show; the shop's setting where it is missing.")
    ] = None
    stream: Annotated[
        bool | None, Field(description="Answer as server-sent events; so does `Accept: text/event-stream`.")
    ] = None


class EventIn(BaseModel):
    """One thing that a person did with an item. Further columns are kept with it."""

    model_config = ConfigDict(extra="allow", strict=True)

    user_id: Identifier
    item_id: ItemId
    event_type: Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL, examples=["like"])]
    timestamp: Annotated[
        int | Number | Annotated[str, Field(max_length=64)] | None,
        Field(description="Epoch seconds or ISO 8601; now where it is missing."),
    ] = None
    value: Number | None = None
    session_id: Identifier | None = None
    turn_id: Identifier | None = None
    text: Annotated[Words | None, Field(max_length=20_000)] = None
    event_id: Annotated[Identifier | None, Field(description="Events that share one are stored once.")] = None
    scope: Annotated[
        Annotated[str, Field(max_length=200, pattern=NO_NUL)] | None,
        Field(
            description="With a dislike: an attribute, such as brand; whatever has the item's value of it is never to "
            "come again.",
            examples=["brand"],
        ),
    ] = None


class EventsIn(_In):
    """Several events, taken together or not at all."""

    events: Annotated[list[EventIn], Field(min_length=1, max_length=MAX_BATCH)]


def _one_or_many(body: Any) -> str:
    return "many" if isinstance(body, dict) and "events" in body and "item_id" not in body else "one"


EventsBody = Annotated[
    Annotated[EventIn, Tag("one")] | Annotated[EventsIn, Tag("many")], Discriminator(_one_or_many)
]


class ItemIn(BaseModel):
    """A whole item; every further field is an attribute of the shop's own."""

    model_config = ConfigDict(extra="allow", strict=True)

    item_id: ItemId
    title: Annotated[str, Field(min_length=1, max_length=2_000, pattern=NO_NUL)]
    description: Annotated[str | None, Field(max_length=MAX_TEXT)] = None
    categories: Annotated[list[str] | None, Field(max_length=1_000)] = None
    price: Number | None = None
    currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$", description="ISO 4217", examples=["CNY"])] = (
        None
    )
    brand: str | None = None
    image_url: str | None = None
    url: str | None = None
    language: Annotated[str | None, Field(pattern="^[a-z]{2}$", description="ISO 639-1", examples=["en"])] = (
        None
    )
    available: bool | None = None
    created_at: int | Number | str | None = None


class ItemsIn(_In):
    """Whole items to add or to replace."""

    items: Annotated[list[ItemIn], Field(min_length=1, max_length=MAX_BATCH)]


class ProfilePatch(BaseModel):
    """Corrections of a profile: wishes that always hold, and items that shall not count any more."""

    model_config = ConfigDict(extra="forbid")

    never: Annotated[list[Constraint] | None, Field(max_length=1_000)] = None
    never_words: Annotated[list[Words] | None, Field(max_length=100)] = None
    forget: Annotated[list[ItemId] | None, Field(max_length=10_000)] = None
    remove: Annotated[
        list[Words] | None, Field(max_length=1_000, description="Lines of the profile, by their `line_id`.")
    ] = None


class Rollback(_In):
    """Where to go back to."""

    version: Annotated[
        Identifier | None,
        Field(description="Its name; the version that was in use before where it is missing."),
    ] = None


class WorthChanges(_In):
    """Changes to what events are worth."""

    changes: Annotated[
        dict[str, Number | Literal["default"]],
        Field(
            min_length=1,
            max_length=100,
            description="By event type, `half_life_days`, `half_life_events`, or `half_life_days.view`: of one type; "
            "`default` goes back to the settings.",
            examples=[{"like": 2.0, "half_life_days.view": 7}],
        ),
    ]


class WorthPreview(WorthChanges):
    """Changes to be tried on the latest lists."""

    slates: Annotated[int, Field(ge=1, le=1_000)] = 50


# --- answers -----------------------------------------------------------------------------------------


class Items(BaseModel):
    """A list of recommended items, best first."""

    items: list[RecommendedItem]


class ItemOut(BaseModel):
    """An item with all its fields."""

    model_config = ConfigDict(extra="allow")

    item_id: str
    title: str


class Accepted(BaseModel):
    """Events now durable: how many were new, and how many were there already."""

    accepted: int
    repeats: int


class ItemsWritten(BaseModel):
    """What a write did to the catalogue."""

    added: int
    updated: int
    unchanged: int


class VersionList(BaseModel):
    """The model versions on disk."""

    versions: list[ModelVersion]


class RolledBack(BaseModel):
    """The version in use now."""

    version: str


class Health(BaseModel):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The shop answers."""

    model_config = ConfigDict(extra="allow")

    status: Literal["ready"] = "ready"


class FieldProblem(BaseModel):
    """One thing wrong with a request: where (JSON pointer into the body, or a parameter's name), and what."""

    pointer: str | None = None
    parameter: str | None = None
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldProblem] | None = None
