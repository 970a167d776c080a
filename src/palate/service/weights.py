"""What each kind of event is worth, for whoever runs the shop: read, tried out, changed, taken back."""

from typing import Any

from fastapi import APIRouter, Response

from palate.service.answers import Answer, OpenShop, StrictRoute
from palate.service.schemas import WorthChanges, WorthPreview

router = APIRouter(prefix="/v1", tags=["operations"], route_class=StrictRoute)


@router.get("/weights", response_model=dict[str, Any])
def weights(shop: OpenShop) -> Response:
    """What each kind of event is worth now, where that comes from, and how fast events fade."""
    return Answer(shop.worths())


@router.post("/weights/preview", response_model=dict[str, Any])
def preview_weights(shop: OpenShop, body: WorthPreview) -> Response:
    """How the latest lists would look after these changes; nothing is saved."""
    return Answer(shop.preview_worths(body.changes, slates=body.slates))


@router.patch("/weights", response_model=dict[str, Any])
def change_weights(shop: OpenShop, body: WorthChanges) -> Response:
    """Change what events are worth, from the next request on; every worker knows within a second."""
    return Answer(shop.change_worths(body.changes))


@router.post("/weights/undo", response_model=dict[str, Any])
def undo_weights(shop: OpenShop) -> Response:
    """Take the last change back."""
    return Answer(shop.undo_worths())
