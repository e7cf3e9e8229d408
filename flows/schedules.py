"""What is done by the clock: the store hashed a slice a night, last month's report on the first."""

from datetime import UTC, datetime

from prefect import flow

from application.reports.report import draw_up, make_report
from schemas.account import Actor
from schemas.agency import code_today
from schemas.base.timezone import HANOI
from schemas.figures import Slice
from schemas.period import periods_ended_before
from schemas.settings import load_settings
from storage.opening import open_archive, second_store
from storage.preservation.fixity import sweep
from storage.register.columns import Figures

_BY = Actor(login="sohoa")


@flow(name="fixity", log_prints=False)
def check_fixity() -> int:
    """Hash the next slice of the store; how many objects were lost."""
    settings = load_settings()
    with open_archive(settings) as archive:
        done = sweep(archive, second_store(settings), seconds=settings.fixity_minutes * 60, by=_BY)
        return len(done.losses) if done else 0


@flow(name="report", log_prints=False)
def report_periods() -> list[str]:
    """Make the reports of the periods that ended yesterday; their ids."""
    settings = load_settings()
    with open_archive(settings) as archive:
        view = Figures(archive).view()
        unit = Slice(unit=code_today(settings.unit, view.agencies))
        today = datetime.now(UTC).astimezone(HANOI).date()
        if not view.rows(unit).any():
            return []
        return [
            make_report(archive, draw_up(archive, view, period, unit, settings.figures.sync_rate), _BY).id
            for period in periods_ended_before(today.replace(day=1))
        ]
