"""The staff application: the centre's own pages and those of permits and sanctions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from control_center.background.waking import Waker
from control_center.desk import application_pages, fleet_pages, start_pages, visit_pages
from control_center.endpoints import (
    control_points,
    edge,
    notices,
    outages,
    overview,
    passages,
    reviews,
)
from core.identity import Permission
from core.outbox import wake_on_commit
from core.runtime import Runtime, open_runtime
from core.settings import Settings
from core.web.app import create_app
from core.web.pages import NavigationEntry
from permits.applications.endpoints import router as applications_router
from permits.duty.endpoints import router as duty_router
from permits.endpoints import router as permits_router
from permits.exports.endpoints import router as exports_router
from permits.imports.endpoints import router as imports_router
from permits.queries import zone_names
from permits.rules.endpoints import router as rules_router
from permits.rules.holiday_pages import router as holidays_router
from sanctions.endpoints import router as sanctions_router
from sanctions.integrations.endpoints import router as integrations_router

PACKAGES = ("control_center", "permits", "sanctions")


def N_(message: str) -> str:
    """Marks a message id for extraction."""
    return message


NAVIGATION = (
    NavigationEntry("/", N_("Overview"), Permission.VIEW_OVERVIEW),
    NavigationEntry("/reviews/reads", N_("Reads to review"), Permission.REVIEW_READS),
    NavigationEntry("/reviews/vehicles", N_("Vehicles to check"), Permission.REVIEW_READS),
    NavigationEntry("/pending", N_("Pending"), Permission.VIEW_PASSAGES),
    NavigationEntry("/cases", N_("Possible infractions"), Permission.VIEW_CASES),
    NavigationEntry("/integrations", N_("Integrations"), Permission.VIEW_INTEGRATIONS),
    NavigationEntry("/procedures", N_("Procedures"), Permission.VIEW_CASES),
    NavigationEntry("/figures", N_("Figures"), Permission.VIEW_CASE_FIGURES),
    NavigationEntry("/desk", N_("Service desk"), Permission.MANAGE_AUTHORISATIONS),
    NavigationEntry("/applications", N_("Applications"), Permission.MANAGE_AUTHORISATIONS),
    NavigationEntry("/authorisations", N_("Authorisations"), Permission.VIEW_AUTHORISATIONS),
    NavigationEntry("/notices", N_("Notices"), Permission.MANAGE_AUTHORISATIONS),
    NavigationEntry("/imports", N_("Imports"), Permission.MANAGE_IMPORTS),
    NavigationEntry("/outages", N_("Outages"), Permission.RECORD_OUTAGES),
    NavigationEntry("/control-points", N_("Control points"), Permission.VIEW_CONTROL_POINTS),
    NavigationEntry("/prices", N_("Prices"), Permission.MANAGE_RULES),
    NavigationEntry("/zones", N_("Zones and rules"), Permission.VIEW_CONTROL_POINTS),
    NavigationEntry("/rules", N_("Edit the rules"), Permission.MANAGE_RULES),
)


def create_staff_app(
    settings: Settings, *, runtime: Runtime | None = None, waker: Waker | None = None
) -> FastAPI:
    """The staff application; jobs that its requests enqueue wake the workers through `waker`."""
    running = runtime or open_runtime(settings)
    if waker is not None:
        wake_on_commit(running.writing, waker.wake)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if waker is not None:
            waker.stop()

    app = create_app(
        settings,
        title=N_("Control centre"),
        routers=[
            edge.router,
            overview.router,
            passages.router,
            reviews.router,
            control_points.router,
            start_pages.router,
            visit_pages.router,
            application_pages.router,
            fleet_pages.router,
            notices.router,
            outages.router,
            applications_router,
            duty_router,  # before the pages of single imports, whose addresses match any word
            imports_router,
            exports_router,
            permits_router,
            holidays_router,  # before those of a rule of any kind
            rules_router,
            sanctions_router,
            integrations_router,
        ],
        template_packages=PACKAGES,
        session_kind="staff",
        navigation=NAVIGATION,
        lifespan=lifespan,
        runtime=running,
    )
    app.state.zone_names = zone_names
    return app
