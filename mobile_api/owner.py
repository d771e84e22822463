"""Whose data a citizen sees: their own, and nobody else's."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from core.errors import Forbidden
from core.identity import Actor, Permission
from core.web.dependencies import require

Citizen = Annotated[Actor, Depends(require(Permission.OWN_AUTHORISATIONS))]


def own_holder(actor: Citizen) -> UUID:
    """The holder whose authorisations the logged-in citizen manages.

    Raises:
        Forbidden: the account belongs to nobody in the register.
    """
    if actor.holder_id is None:
        raise Forbidden(
            "Your account is not linked to a holder of authorisations yet: ask the service desk."
        )
    return actor.holder_id


OwnHolder = Annotated[UUID, Depends(own_holder)]
