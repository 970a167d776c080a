"""Model versions, for whoever runs the shop: which there are, and back to an earlier one."""

from fastapi import APIRouter, Response

from palate.service.answers import Answer, OpenShop, StrictRoute
from palate.service.schemas import Rollback, RolledBack, VersionList

router = APIRouter(prefix="/v1", tags=["operations"], route_class=StrictRoute)


@router.get("/versions", response_model=VersionList)
def versions(shop: OpenShop) -> Response:
    """The model versions on disk, newest first: their figures, which is in use, and why or why not."""
    return Answer({"versions": shop.versions()})


@router.post("/versions/rollback", response_model=RolledBack)
def roll_back(shop: OpenShop, body: Rollback) -> Response:
    """Put an earlier version into use; the next request on every worker is answered by it."""
    return Answer({"version": shop.roll_back(body.version)})
