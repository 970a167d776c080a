"""For whoever runs the shop: liveness, readiness, metrics."""

from fastapi import APIRouter, Request, Response

from palate.service.answers import Answer, OpenShop
from palate.service.schemas import Health, Ready

router = APIRouter(tags=["operations"])


@router.get("/healthz", response_model=Health)
async def healthz() -> Response:
    """The process is alive."""
    return Answer({"status": "ok"})


@router.get("/readyz", response_model=Ready)
def readyz(shop: OpenShop) -> Response:
    """The shop answers: its data and its models are there. A problem of status 503 where they are not."""
    return Answer({**shop.ready(), "status": "ready"})


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request) -> Response:
    """What Prometheus reads."""
    counted = request.app.state.metrics
    return Response(counted.render(), headers={"Content-Type": counted.content_type})
