"""The staff pages of sanctions, put together."""

from fastapi import APIRouter

from sanctions.catalogue.endpoints import router as prices_router
from sanctions.evidence.endpoints import router as papers_router
from sanctions.figures.endpoints import router as figures_router
from sanctions.instruction.endpoints import router as instruction_router
from sanctions.review.endpoints import router as review_router
from sanctions.review.second_endpoints import router as second_router

router = APIRouter()
router.include_router(second_router)
router.include_router(review_router)
router.include_router(papers_router)
router.include_router(instruction_router)
router.include_router(figures_router)
router.include_router(prices_router)
