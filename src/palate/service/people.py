"""What the shop believes of a person, readable and correctable; the export and the erasure of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from palate.service.answers import Answer, OpenShop, StrictRoute
from palate.service.encoding import to_json
from palate.service.schemas import Identifier, ProfilePatch

router = APIRouter(prefix="/v1", tags=["people"], route_class=StrictRoute)

UserInPath = Annotated[Identifier, Path()]


@router.get("/users/{user_id:id}/profile", response_model=dict[str, Any])
def profile(shop: OpenShop, user_id: UserInPath) -> Response:
    """What the shop believes of a person, and from where."""
    return Answer(shop.profile(user_id))


@router.patch("/users/{user_id:id}/profile", response_model=dict[str, Any])
def correct_profile(shop: OpenShop, user_id: UserInPath, body: ProfilePatch) -> Response:
    """Correct it; the next recommendation knows. Answers with the profile as it is then."""
    return Answer(shop.correct_profile(user_id, body.model_dump(exclude_none=True)))


@router.get("/users/{user_id:id}/export", response_model=dict[str, Any])
def export(shop: OpenShop, user_id: UserInPath) -> Response:
    """All that is held of a person."""
    headers = {"Content-Disposition": 'attachment; filename="export.json"', "Cache-Control": "no-store"}
    return Response(to_json(shop.export_user(user_id)), media_type="application/json", headers=headers)


@router.delete("/users/{user_id:id}", response_model=dict[str, Any])
def erase(shop: OpenShop, user_id: UserInPath) -> Response:
    """Erase all that is held of a person; answers with a receipt."""
    return Answer(shop.erase_user(user_id))
