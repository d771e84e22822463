"""Times that systems outside tell, on the city's clock.

In production both are real time. Elsewhere the city's clock may have been moved for a
demonstration, and a service that runs on real time knows nothing of that: what it tells is moved
along. Differences of less than a second are none.
"""

from datetime import datetime, timedelta

from core.clock import DomainClock, utc_now


def on_city_clock(clock: DomainClock, told: datetime) -> datetime:
    """`told` (aware) as the city's clock has it."""
    shift = clock.now() - utc_now()
    return told if abs(shift) < timedelta(seconds=1) else told + shift


def on_real_clock(clock: DomainClock, moment: datetime) -> datetime:
    """The reverse: a city time as a service outside knows it."""
    shift = clock.now() - utc_now()
    return moment if abs(shift) < timedelta(seconds=1) else moment - shift
