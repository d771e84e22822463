"""What schedules do for people: the nightly import, and the files it leaves."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from control_center.background import people_jobs
from control_center.background.celery_app import AUTHORISATIONS, IMPORTS, REMINDERS, configuration
from core.database import transaction
from core.errors import NotFound
from core.runtime import Runtime
from permits.imports.models import ImportRun
from tests.permits.imports.conftest import TOKEN, MunicipalServer, municipality
from tests.permits.imports.test_running import many

__all__ = ["municipality"]


@pytest.fixture
def city(app: FastAPI, runtime: Runtime, municipality: MunicipalServer, tmp_path: Path) -> Runtime:
    """Registers from a service, from a file, and from places where there is none."""
    municipality.has(
        "residents",
        [{"residence_id": "D-1", "document": "12345678Z", "name": "Ane", "address": "Somera 4"}],
    )
    (tmp_path / "garages.csv").write_text(many(20))
    settings = runtime.settings.model_copy(
        update={
            "register_token": SecretStr(TOKEN),
            "register_sources": {
                "taxi-licences": str(tmp_path / "nothing.csv"),
                "residents": municipality.address,
                "no-such-register": "x.csv",
                "garages": str(tmp_path / "garages.csv"),
            },
        }
    )
    return replace(runtime, settings=settings)


class TestNightlyImport:
    def test_every_register_is_read_whatever_becomes_of_the_others(self, city: Runtime) -> None:
        assert people_jobs.import_all(city) == {
            "taxi-licences": "failed",
            "residents": "applied",
            "no-such-register": "failed",
            "garages": "applied",
        }

    def test_a_month_later_what_was_fetched_is_gone(self, city: Runtime) -> None:
        people_jobs.import_all(city)
        with transaction(city.reading) as session:
            keys = session.scalars(
                select(ImportRun.store_key).where(ImportRun.store_key.is_not(None))
            ).all()
        stored = [key.partition(":")[2] for key in keys if key]
        assert len(stored) == 2
        assert all(city.store.get(key) for key in stored)
        city.clock.advance(timedelta(days=31))
        people_jobs.import_all(city)
        for key in stored:
            with pytest.raises(NotFound):
                city.store.get(key)

    def test_beat_knows_the_tasks(self, runtime: Runtime) -> None:
        schedule = configuration(runtime.settings)["beat_schedule"]
        tasks = {entry["task"] for entry in schedule.values()}
        assert {IMPORTS, REMINDERS, AUTHORISATIONS} <= tasks
        assert schedule["imports"]["schedule"].hour == {2}
