"""The residents' application."""

from fastapi import FastAPI

from core.runtime import Runtime
from core.settings import Settings
from core.web.app import create_app
from core.web.pages import NavigationEntry
from core.words import N_
from mobile_api import api, application_pages, endpoints, entry_api, entry_pages
from sanctions.documents.public import router as verification_router
from sanctions.instruction.public import router as answers_router
from sanctions.integrations.payment.endpoints import router as payments_router

NAVIGATION = (
    NavigationEntry("/", N_("Authorisations")),
    NavigationEntry("/entries", N_("Entries")),
    NavigationEntry("/applications", N_("Applications")),
)


def create_citizen_app(settings: Settings, *, runtime: Runtime | None = None) -> FastAPI:
    """Pages and JSON API for citizens, with cookies of their own."""
    return create_app(
        settings,
        title=N_("My authorisations"),
        routers=[
            endpoints.router,
            entry_pages.router,
            application_pages.router,
            api.router,
            entry_api.router,
            verification_router,
            payments_router,
            answers_router,
        ],
        template_packages=["mobile_api", "permits", "sanctions"],
        session_kind="citizen",
        navigation=NAVIGATION,
        runtime=runtime,
    )
