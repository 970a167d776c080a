"""The catalogue, live: lists, items, what is like an item, and changes that the next request knows."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Response

from palate.service.answers import Answer, OpenShop, StrictRoute
from palate.service.encoding import flat_item
from palate.service.schemas import Count, Identifier, ItemId, ItemOut, Items, ItemsIn, ItemsWritten
from palate.values import Why

router = APIRouter(prefix="/v1", tags=["catalogue"], route_class=StrictRoute)

ItemInPath = Annotated[ItemId, Path()]


async def _language(
    accept_language: Annotated[str, Header(description="Of the reasons: en or zh.")] = "",
) -> str:
    return "zh" if accept_language.lower().startswith("zh") else "en"


Language = Annotated[str, Depends(_language)]


@router.get("/recommendations", response_model=Items)
def recommendations(
    shop: OpenShop,
    language: Language,
    user_id: Annotated[Identifier, Query()],
    k: Annotated[Count, Query()] = 10,
    exclude: Annotated[
        list[str] | None,
        Query(description="Item ids to leave out; repeated, or separated by commas.", max_length=1_000),
    ] = None,
) -> Response:
    """A list for a person, without a conversation."""
    # an id may hold a comma itself, so a value counts whole as well as in its parts
    left_out = {part for value in exclude or () for part in (value, *value.split(",")) if part}
    return Answer({"items": shop.recommend(user_id, k=k, exclude=sorted(left_out), language=language)})


@router.get("/items/{item_id:id}/similar", response_model=Items)
def similar(
    shop: OpenShop, language: Language, item_id: ItemInPath, k: Annotated[Count, Query()] = 10
) -> Response:
    """Items like this one."""
    return Answer({"items": shop.similar(item_id, k=k, language=language)})


@router.get("/items/{item_id:id}/why", response_model=Why)
def why(
    shop: OpenShop,
    language: Language,
    item_id: ItemInPath,
    user_id: Annotated[Identifier | None, Query()] = None,
    turn_id: Annotated[
        Identifier | None,
        Query(description="Of the turn that showed the list; else the list as it were now."),
    ] = None,
) -> Response:
    """Why an item stands where it does for a person: the exact parts of its score, what they rest on, what keeps
    it out, and where it would stand without one thing that the person did or said.
    """
    return Answer(shop.why(item_id, user_id=user_id, turn_id=turn_id, language=language))


@router.get("/items/{item_id:id}", response_model=ItemOut)
def get_item(shop: OpenShop, item_id: ItemInPath) -> Response:
    """An item with all its fields."""
    return Answer(flat_item(shop.item(item_id)))


@router.put("/items", response_model=ItemsWritten)
def put_items(shop: OpenShop, body: ItemsIn) -> Response:
    """Add whole items, or replace them; all of them or none."""
    return Answer(shop.put_items([item.model_dump(exclude_none=True) for item in body.items]))


@router.patch("/items/{item_id:id}", response_model=ItemOut)
def patch_item(shop: OpenShop, item_id: ItemInPath, fields: Annotated[dict[str, Any], Body()]) -> Response:
    """Change some fields of an item; null takes a field away."""
    return Answer(flat_item(shop.patch_item(item_id, fields)))


@router.delete("/items/{item_id:id}", status_code=204, response_class=Response)
def withdraw_item(shop: OpenShop, item_id: ItemInPath) -> Response:
    """Take an item out of the catalogue; what people did with it stays."""
    shop.withdraw_item(item_id)
    return Response(status_code=204)
