"""What a verification found, in sentences, and the exit code that sums it up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from core.words import N_, Word


class Status(StrEnum):
    OK = "ok"
    FAILED = "failed"
    """Altered, or not by whom it should be."""
    UNCONFIRMED = "unconfirmed"
    """Nothing speaks against it, but the trust file lacks what would confirm it."""


class ExitCode(IntEnum):
    GENUINE = 0
    NOT_GENUINE = 1
    UNUSABLE = 2
    """No such file, or the trust file cannot be used."""
    UNCONFIRMED = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. `message` is a message id, filled in from `values`."""

    status: Status
    message: Word
    values: dict[str, object] = field(default_factory=dict)
    of: str = ""
    """The package inside a court file that it is about; empty for the file itself."""

    def __str__(self) -> str:
        return self.message % self.values if self.values else str(self.message)


@dataclass
class Verdict:
    """All findings about a file, in the order they were made."""

    findings: list[Finding] = field(default_factory=list)

    def ok(self, message: Word, **values: object) -> None:
        self.findings.append(Finding(Status.OK, message, values))

    def failed(self, message: Word, **values: object) -> None:
        self.findings.append(Finding(Status.FAILED, message, values))

    def unconfirmed(self, message: Word, **values: object) -> None:
        self.findings.append(Finding(Status.UNCONFIRMED, message, values))

    def include(self, inner: "Verdict", name: str) -> None:
        """The findings about a package inside this one."""
        for one in inner.findings:
            self.findings.append(Finding(one.status, one.message, one.values, of=name))

    def with_status(self, status: Status) -> Iterator[Finding]:
        return (finding for finding in self.findings if finding.status is status)

    @property
    def exit_code(self) -> ExitCode:
        if any(self.with_status(Status.FAILED)):
            return ExitCode.NOT_GENUINE
        if any(self.with_status(Status.UNCONFIRMED)):
            return ExitCode.UNCONFIRMED
        return ExitCode.GENUINE


CONCLUSIONS: dict[ExitCode, Word] = {
    ExitCode.GENUINE: N_("GENUINE: nothing was changed since the control centre sealed it."),
    ExitCode.NOT_GENUINE: N_("NOT GENUINE: do not rely on this file."),
    ExitCode.UNCONFIRMED: N_(
        "UNCHANGED, BUT NOT FULLY CONFIRMED: the trust file lacks keys to check everything."
    ),
}
