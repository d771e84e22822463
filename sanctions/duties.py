"""Who may do what to a case: permissions, and the separation of duties.

The agent who validates, the instructor and the resolver are three people (Ley 39/2015, article
63.1, keeps instructing apart from resolving); whoever created a case can't annul it.
"""

from core.errors import Forbidden
from core.identity import Actor, Permission, Role
from sanctions.errors import SamePerson
from sanctions.models import InfractionCase
from sanctions.states import TRIGGER_LABELS, Trigger

_T = Trigger
BY_SYSTEM_ONLY = frozenset(
    {
        _T.COMPLETE,
        _T.SPOIL,
        _T.REGULARISE,
        _T.TAKE_BACK,
        _T.BAR,
        _T.LAPSE,
        _T.FALL_SILENT,
        _T.BECOME_FIRM,
    }
)
"""What follows from evidence, grants and the calendar: nobody's choice."""
BY_AGENT = frozenset({_T.VALIDATE, _T.REJECT})
BY_RESOLVER = frozenset({_T.RESOLVE, _T.DISMISS_APPEAL})
BY_INSTRUCTOR_OR_SYSTEM = frozenset(
    {
        _T.HAND_OVER,
        _T.FIND_HOLDER,
        _T.INFORM,
        _T.SEND,
        _T.SERVE,
        _T.PAY_REDUCED,
        _T.PAY,
        _T.COLLECT,
    }
)
BY_WHOEVER_ANSWERS = frozenset({_T.IDENTIFY_DRIVER, _T.ALLEGE, _T.APPEAL})
"""The person, from the app, or whoever registers what came at the counter or by post."""

NEEDED: dict[Trigger, tuple[Permission, ...]] = {
    **dict.fromkeys(BY_AGENT, (Permission.REVIEW_CASES,)),
    **dict.fromkeys(BY_RESOLVER, (Permission.RESOLVE_CASES,)),
    **dict.fromkeys(BY_INSTRUCTOR_OR_SYSTEM, (Permission.INSTRUCT_CASES,)),
    **dict.fromkeys(
        BY_WHOEVER_ANSWERS,
        (
            Permission.INSTRUCT_CASES,
            Permission.REGISTER_SUBMISSIONS,
            Permission.OWN_AUTHORISATIONS,
        ),
    ),
    _T.DISCARD: (Permission.REVIEW_CASES,),
    _T.JOIN: (Permission.INSTRUCT_CASES,),
    _T.ANNUL: (Permission.INSTRUCT_CASES, Permission.RESOLVE_CASES),
}
"""Any one of these; triggers that are missing belong to the system alone."""
ALSO_SYSTEM = BY_INSTRUCTOR_OR_SYSTEM | {_T.DISCARD, _T.DISMISS_APPEAL}
"""`DISMISS_APPEAL`: silence for a month dismisses (RDL 6/2015, article 96.5)."""


def check_duty(case: InfractionCase, trigger: Trigger, actor: Actor) -> None:
    """Raise Forbidden or SamePerson unless `actor` may do `trigger` to `case`."""
    _check_permission(case, trigger, actor)
    if trigger in BY_RESOLVER:
        check_resolver(case, actor)
    if trigger is Trigger.ANNUL:
        check_annuller(case, actor)
    if trigger is Trigger.VALIDATE and actor.id in {case.instructed_by} - {None}:
        raise _same(case, actor)


def _check_permission(case: InfractionCase, trigger: Trigger, actor: Actor) -> None:
    if Role.SYSTEM in actor.roles:
        if trigger in BY_SYSTEM_ONLY or trigger in ALSO_SYSTEM:
            return
    elif any(actor.may(permission) for permission in NEEDED.get(trigger, ())):
        return
    raise Forbidden(
        "%(name)s may not %(trigger)s in case %(case)s. Ask whoever has that duty.",
        name=actor.name,
        trigger=TRIGGER_LABELS[trigger],
        case=case.reference,
    )


def check_lodging(actor: Actor) -> None:
    """Raise Forbidden unless `actor` lodges for themselves or registers for others."""
    wanted = NEEDED[Trigger.ALLEGE]
    if not any(actor.may(permission) for permission in wanted):
        actor.check(Permission.REGISTER_SUBMISSIONS)


def check_instructor(case: InfractionCase, actor: Actor) -> None:
    """Raise Forbidden or SamePerson unless `actor` may instruct `case`."""
    actor.check(Permission.INSTRUCT_CASES)
    if actor.id in {case.validated_by, case.resolved_by} - {None}:
        raise _same(case, actor)


def check_resolver(case: InfractionCase, actor: Actor) -> None:
    """Raise SamePerson when `actor` validated, opened or instructed `case`."""
    if actor.id in {case.validated_by, case.opened_by, case.instructed_by} - {None}:
        raise _same(case, actor)


def check_annuller(case: InfractionCase, actor: Actor) -> None:
    """Raise SamePerson when `actor` created `case`: opened it, or validated it."""
    if actor.id in {case.validated_by, case.opened_by} - {None}:
        raise _same(case, actor)


def take_instruction(case: InfractionCase, actor: Actor) -> None:
    """`actor` acts as instructor: the first who does stays on record as the instructor.

    Raises Forbidden or SamePerson as `check_instructor`.
    """
    check_instructor(case, actor)
    case.instructed_by, case.instructed_by_name = actor.id, actor.name


def _same(case: InfractionCase, actor: Actor) -> SamePerson:
    return SamePerson(
        "%(name)s had another duty in case %(case)s. Validating, instructing and resolving take "
        "three people, and who creates a case can't annul it: ask a colleague.",
        name=actor.name,
        case=case.reference,
    )
