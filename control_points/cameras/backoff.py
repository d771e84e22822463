"""How long to wait before trying again."""

import random
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Doubling waits with jitter, so that thirty points don't all come back at once.

    The n-th wait is `first` * 2**(n-1), at most `longest`, times 0.8 to 1.2.
    """

    first: float = 1.0
    """Seconds."""
    longest: float = 60.0
    """Seconds, before jitter."""
    chance: random.Random = field(default_factory=random.Random)
    failures: int = 0

    def failed(self) -> float:
        """Note a failure and return the seconds to wait."""
        wait = min(self.longest, self.first * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return wait * self.chance.uniform(0.8, 1.2)

    def worked(self) -> None:
        """Start over at `first`."""
        self.failures = 0
