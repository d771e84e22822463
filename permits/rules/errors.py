"""Errors of editing the rules, below those of `core.errors`.

InvalidInput
├── RuleRefused      what was typed makes no rule; `problems` says which field and why
└── HolidaysRefused  a line of the file is no holiday
Conflict
└── RuleChanged      somebody else changed it meanwhile
NotFound
└── UnknownRule      no such zone, profile or control point
"""

from core.errors import Conflict, InvalidInput, NotFound


class RuleRefused(InvalidInput):
    """`problems`: field to message id, for the form to show beside the field."""

    def __init__(self, problems: dict[str, str]) -> None:
        field, message = next(iter(problems.items()))
        super().__init__("%(field)s: %(problem)s", field=field, problem=message)
        self.problems = problems


class HolidaysRefused(InvalidInput):
    pass


class RuleChanged(Conflict):
    pass


class UnknownRule(NotFound):
    pass
