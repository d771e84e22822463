"""Who may do what: roles, permissions and the table between them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.errors import Forbidden


class Role(StrEnum):
    OPERATOR = "operator"
    """Runs the control centre: live passages, cameras, human read review."""
    SERVICE_DESK = "service_desk"
    """Acts for citizens in person or by phone, always on record as doing so."""
    RULES_MANAGER = "rules_manager"
    """Edits zones, profiles and entry conditions."""
    POLICE = "police"
    """Validates or rejects possible infractions."""
    POLICE_CHIEF = "police_chief"
    """Sees the figures and the cases; decides none."""
    INSTRUCTOR = "instructor"
    """Conducts the sanctioning procedure; never the agent who validated."""
    RESOLVER = "resolver"
    """Resolves it; a body apart from the instructor (Ley 39/2015, article 63.1)."""
    DATA_PROTECTION = "data_protection"
    ADMINISTRATOR = "administrator"
    DEVICE = "device"
    """A control point's computer."""
    CITIZEN = "citizen"
    PROXY = "proxy"
    """A citizen acting for another."""
    SYSTEM = "system"
    """Sarbide itself: deadlines, imports. Never validates a case."""


class Permission(StrEnum):
    VIEW_OVERVIEW = "view_overview"
    VIEW_PASSAGES = "view_passages"
    REVIEW_READS = "review_reads"
    VIEW_CONTROL_POINTS = "view_control_points"
    MANAGE_CONTROL_POINTS = "manage_control_points"
    VIEW_AUTHORISATIONS = "view_authorisations"
    MANAGE_AUTHORISATIONS = "manage_authorisations"
    MANAGE_RULES = "manage_rules"
    SEARCH_PLATES = "search_plates"
    VIEW_CASES = "view_cases"
    REVIEW_CASES = "review_cases"
    INSTRUCT_CASES = "instruct_cases"
    """Conducts the procedure: reports, proposals, repeats, annulments."""
    RESOLVE_CASES = "resolve_cases"
    REGISTER_SUBMISSIONS = "register_submissions"
    """Enters what people lodge at the counter or send on paper."""
    VIEW_CASE_FIGURES = "view_case_figures"
    HOLD_CASES = "hold_cases"
    """Keeps a case beyond its term, or lets it go again."""
    UNMASK_PICTURES = "unmask_pictures"
    VIEW_INTEGRATIONS = "view_integrations"
    MANAGE_INTEGRATIONS = "manage_integrations"
    """Settle alarms of the systems outside, send again, approve refunds."""
    VIEW_AUDIT = "view_audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    REPORT_PASSAGES = "report_passages"
    OWN_AUTHORISATIONS = "own_authorisations"
    MANAGE_IMPORTS = "manage_imports"
    """Sees what the nightly imports did and confirms one that was held."""
    RECORD_OUTAGES = "record_outages"
    """Writes down that the app or the service desk was out of order."""


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_PASSAGES,
            Permission.REVIEW_READS,
            Permission.VIEW_CONTROL_POINTS,
            Permission.SEARCH_PLATES,
        }
    ),
    Role.SERVICE_DESK: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_AUTHORISATIONS,
            Permission.MANAGE_AUTHORISATIONS,
            Permission.SEARCH_PLATES,
            Permission.RECORD_OUTAGES,
        }
    ),
    Role.RULES_MANAGER: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_AUTHORISATIONS,
            Permission.VIEW_CONTROL_POINTS,
            Permission.MANAGE_RULES,
            Permission.MANAGE_CONTROL_POINTS,
            Permission.MANAGE_IMPORTS,
        }
    ),
    Role.POLICE: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_CASES,
            Permission.REVIEW_CASES,
            Permission.SEARCH_PLATES,
        }
    ),
    Role.POLICE_CHIEF: frozenset(
        {Permission.VIEW_OVERVIEW, Permission.VIEW_CASES, Permission.VIEW_CASE_FIGURES}
    ),
    Role.INSTRUCTOR: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_CASES,
            Permission.INSTRUCT_CASES,
            Permission.UNMASK_PICTURES,
            Permission.REGISTER_SUBMISSIONS,
            Permission.VIEW_INTEGRATIONS,
            Permission.MANAGE_INTEGRATIONS,
        }
    ),
    Role.RESOLVER: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_CASES,
            Permission.RESOLVE_CASES,
            Permission.VIEW_INTEGRATIONS,
        }
    ),
    Role.DATA_PROTECTION: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_AUDIT,
            Permission.VIEW_CASE_FIGURES,
            Permission.HOLD_CASES,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_CONTROL_POINTS,
            Permission.MANAGE_CONTROL_POINTS,
            Permission.MANAGE_ACCOUNTS,
            Permission.VIEW_AUDIT,
            Permission.VIEW_INTEGRATIONS,
            Permission.MANAGE_IMPORTS,
            Permission.RECORD_OUTAGES,
        }
    ),
    Role.DEVICE: frozenset({Permission.REPORT_PASSAGES}),
    Role.CITIZEN: frozenset({Permission.OWN_AUTHORISATIONS}),
    Role.PROXY: frozenset({Permission.OWN_AUTHORISATIONS}),
    Role.SYSTEM: frozenset(),
}
"""Administrators manage accounts, not cases: nobody may do everything."""


@dataclass(frozen=True)
class Actor:
    """Whoever does something: recorded on every event and audit row."""

    id: UUID | None
    """Account id; None for Sarbide itself."""
    name: str
    roles: frozenset[Role]
    agent_number: str | None = None
    """Professional number of a police agent (RDL 6/2015, article 87.2)."""
    on_behalf_of: UUID | None = None
    holder_id: UUID | None = None
    """The holder whose authorisations a citizen manages."""

    def may(self, permission: Permission) -> bool:
        """Whether any of the actor's roles carries `permission`."""
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles)

    def check(self, permission: Permission) -> None:
        """Raise Forbidden, naming the permission, unless the actor has it."""
        if not self.may(permission):
            raise Forbidden(
                "%(name)s has no permission '%(permission)s'. "
                "Ask an administrator if you need it for your work.",
                name=self.name,
                permission=permission.value,
            )


SYSTEM = Actor(id=None, name="Sarbide", roles=frozenset({Role.SYSTEM}))
