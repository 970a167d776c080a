"""POST /v1/events: what people did, acknowledged when it is durable."""

from fastapi import APIRouter, Request, Response

from palate.service.answers import Answer, OpenShop, StrictRoute
from palate.service.schemas import Accepted, EventIn, EventsBody

router = APIRouter(prefix="/v1", tags=["events"], route_class=StrictRoute)


@router.post("/events", response_model=Accepted)
def add_events(request: Request, shop: OpenShop, body: EventsBody) -> Response:
    """Record one event, or several together: all of them or none.

    Once this is answered they survive a crash, and the next recommendation knows them.
    """
    events = [body] if isinstance(body, EventIn) else body.events
    written = shop.add_events([event.model_dump(exclude_none=True) for event in events])
    request.app.state.metrics.events(written.added)
    return Answer({"accepted": written.added, "repeats": written.unchanged})
