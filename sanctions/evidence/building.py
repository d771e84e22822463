"""What goes into a package of each kind, its readable summary included."""

from sqlalchemy.orm import Session

from core.runtime import Runtime
from sanctions.evidence.contents import SUMMARY, package_files
from sanctions.evidence.models import PackageKind
from sanctions.evidence.originals import originals_behind
from sanctions.models import InfractionCase


class NotReady(Exception):
    """Something that belongs inside is still being made; the message, as `sentences` keeps it, says
    what."""


def files_for(
    session: Session, runtime: Runtime, case: InfractionCase, kind: PackageKind
) -> dict[str, bytes]:
    """All files of the package.

    Raises:
        NotReady: try again in a while.
        EvidenceAltered, NotFound: a picture is not what it was, or is gone.
    """
    if kind is PackageKind.COURT_FILE:
        from sanctions.evidence.court_file import court_files  # noqa: PLC0415 -- sets a PDF

        return court_files(session, runtime, case)
    from sanctions.evidence.summary import summary_pdf  # noqa: PLC0415 -- sets a PDF

    originals = {one.kind: one.sha256 for one in originals_behind(session, case)}
    files = package_files(case, runtime.store, originals)
    return {SUMMARY: summary_pdf(case, files), **files}
