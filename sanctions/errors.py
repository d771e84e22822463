"""What can be wrong with a case.

NotFound
└── CaseNotFound
Conflict
├── AlreadyDecided       another agent was first
├── CaseClaimed          another agent is at it
├── NotClaimed           the agent did not take it, or too long ago
├── NotViewed            the pictures were never on the agent's screen
├── EvidenceIncomplete   something that the law asks for is missing
├── OnHold               waits for a decision before anything goes out
├── TooLate              time-barred or lapsed: nobody moves it on
├── DoubtfulDeadline     the law is argued today; a person must decide
├── WarningOnly          it may inform, not fine
└── WrongAmount          a payment of another amount than is owed
Forbidden
├── NoAgentNumber        only an agent with a professional number validates
└── SamePerson           validating, instructing and resolving take three people
InvalidInput
└── UnknownReason        not one of the coded reasons
SarbideError
└── EvidenceAltered      a stored picture is not the one that was taken in
"""

from core.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound, SarbideError


class CaseNotFound(NotFound):
    title = "No such case"


class AlreadyDecided(InvalidTransition):
    title = "Decided already"


class CaseClaimed(Conflict):
    title = "Taken by somebody else"


class NotClaimed(Conflict):
    title = "Not taken by you"


class NotViewed(Conflict):
    title = "Not looked at"


class EvidenceIncomplete(Conflict):
    title = "Evidence is missing"


class OnHold(Conflict):
    title = "On hold"


class TooLate(Conflict):
    title = "Time has run out"


class DoubtfulDeadline(Conflict):
    title = "Doubtful deadline"


class WarningOnly(Conflict):
    title = "Information only"


class WrongAmount(Conflict):
    title = "Wrong amount"


class SamePerson(Forbidden):
    title = "Duties are separate"


class NoAgentNumber(Forbidden):
    title = "No agent number"


class UnknownReason(InvalidInput):
    title = "Unknown reason"


class EvidenceAltered(SarbideError):
    title = "Evidence was altered"
