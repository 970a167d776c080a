"""Experiments, for whoever runs the shop: how each stands, as JSON and as a page."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from palate.service.answers import Answer, OpenShop

router = APIRouter(tags=["operations"])


@router.get("/v1/experiments", response_model=dict[str, Any])
def experiments(shop: OpenShop) -> Response:
    """How each experiment stands, the latest first: ``{"experiments": [...]}``."""
    from palate.evaluation.experiment_report import document

    found = [document(shop.experiment(one.name)) for one in reversed(shop.experiments())]
    return Answer({"experiments": found})


@router.get("/admin/experiments", include_in_schema=False)
def page(
    request: Request,
    shop: OpenShop,
    name: Annotated[str | None, Query(max_length=64)] = None,
    language: Annotated[str | None, Query(max_length=8)] = None,
) -> Response:
    """The page of an experiment, the latest one where none is named; in the reader's language, or ``language``."""
    from palate.evaluation.experiment_report import page

    wanted = language or request.headers.get("Accept-Language", "en")
    every = shop.experiments()
    standing = shop.experiment(name) if every or name is not None else None
    others = [one for one in every if standing is None or one.name != standing.experiment.name]
    html = page(standing, others, "zh" if wanted.lower().startswith("zh") else "en")
    return Response(
        html,
        media_type="text/html",
        headers={
            # its style stands in the page
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
        },
    )
