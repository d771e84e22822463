"""The outlines of vehicles: one profile seen from the side, and how wide the body is along it."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Profile:
    """A body from its front bumper (y = 0) to its rear, in metres.

    The five lines join end to end: front, bonnet, windscreen, roof, rear window, rear.
    """

    name: str
    length: float
    width: float
    height: float
    front: Line
    bonnet: Line
    windscreen: Line
    roof: Line
    rear_window: Line
    rear: Line
    belt: float
    """Height of the side windows' lower edge."""
    tumble: float
    """How much narrower the roof is than the body, 0 to 1."""
    axles: tuple[float, float]
    wheel: float
    """Radius."""
    windows: tuple[tuple[float, float], ...]
    """Side windows as stretches of y at belt height."""
    bulge: float = 0.10
    """How far the corners of front and rear stand back."""
    round: float = 0.05
    """How much the edges of bonnet and roof are rounded."""
    kind: str = "car"
    plate_front: tuple[float, float] = (0.0, 0.42)
    """y and height of the plate's middle."""
    plate_rear: tuple[float, float] = (0.0, 0.8)
    doors: tuple[float, ...] = field(default=())

    def stretched(self, length: float, width: float, height: float) -> "Profile":
        """The same shape in other proportions."""
        fy, fz = length, height

        def line(points: Line) -> Line:
            return tuple((y * fy, z * fz) for y, z in points)

        return replace(
            self, length=self.length * fy, width=self.width * width, height=self.height * fz,
            front=line(self.front), bonnet=line(self.bonnet), windscreen=line(self.windscreen),
            roof=line(self.roof), rear_window=line(self.rear_window), rear=line(self.rear),
            belt=self.belt * fz, axles=(self.axles[0] * fy, self.axles[1] * fy),
            windows=tuple((a * fy, b * fy) for a, b in self.windows),
            plate_front=(self.plate_front[0] * fy, self.plate_front[1] * fz),
            plate_rear=(self.plate_rear[0] * fy, self.plate_rear[1] * fz),
            doors=tuple(d * fy for d in self.doors),
        )  # fmt: skip


def smooth(line: Line, step: float) -> npt.NDArray[np.float64]:
    """Points (n, 2) about `step` metres apart on a soft curve through the line's points."""
    points = np.array(line, np.float64)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    found = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, int(np.ceil(np.linalg.norm(p2 - p1) / step)))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        m1, m2 = (p2 - p0) * 0.32, (p3 - p1) * 0.32
        found.append(
            (2 * t**3 - 3 * t**2 + 1) * p1 + (t**3 - 2 * t**2 + t) * m1
            + (-2 * t**3 + 3 * t**2) * p2 + (t**3 - t**2) * m2
        )  # fmt: skip
    return np.vstack([*found, points[-1:]])


HATCHBACK = Profile(
    "hatchback", 4.05, 1.76, 1.47,
    front=((0.10, 0.20), (0.02, 0.30), (0.0, 0.45), (0.03, 0.62), (0.10, 0.74)),
    bonnet=((0.10, 0.74), (0.35, 0.85), (0.75, 0.93), (1.05, 0.98)),
    windscreen=((1.05, 0.98), (1.45, 1.24), (1.80, 1.41)),
    roof=((1.80, 1.41), (2.30, 1.47), (3.00, 1.46), (3.60, 1.38)),
    rear_window=((3.60, 1.38), (3.82, 1.18), (3.95, 0.98)),
    rear=((3.95, 0.98), (4.02, 0.80), (4.05, 0.55), (4.03, 0.36), (3.95, 0.22)),
    belt=0.93, tumble=0.26, axles=(0.82, 3.32), wheel=0.31,
    windows=((1.35, 2.25), (2.32, 3.05), (3.12, 3.42)), doors=(1.28, 2.28, 3.1),
    plate_front=(0.0, 0.42), plate_rear=(4.03, 0.72),
)  # fmt: skip
SALOON = Profile(
    "saloon", 4.65, 1.82, 1.44,
    front=((0.10, 0.20), (0.02, 0.30), (0.0, 0.45), (0.03, 0.60), (0.10, 0.70)),
    bonnet=((0.10, 0.70), (0.40, 0.82), (0.90, 0.90), (1.35, 0.95)),
    windscreen=((1.35, 0.95), (1.80, 1.21), (2.15, 1.37)),
    roof=((2.15, 1.37), (2.60, 1.44), (3.10, 1.43), (3.50, 1.36)),
    rear_window=((3.50, 1.36), (3.85, 1.19), (4.15, 1.02)),
    rear=((4.15, 1.02), (4.55, 0.98), (4.62, 0.85), (4.65, 0.58), (4.62, 0.36), (4.55, 0.22)),
    belt=0.90, tumble=0.27, axles=(0.88, 3.70), wheel=0.32,
    windows=((1.75, 2.62), (2.69, 3.50), (3.56, 3.85)), doors=(1.6, 2.65, 3.5),
    plate_front=(0.0, 0.40), plate_rear=(4.63, 0.74),
)  # fmt: skip
SUV = Profile(
    "suv", 4.45, 1.85, 1.64,
    front=((0.12, 0.24), (0.02, 0.36), (0.0, 0.55), (0.02, 0.76), (0.10, 0.92)),
    bonnet=((0.10, 0.92), (0.40, 1.01), (0.80, 1.06), (1.10, 1.10)),
    windscreen=((1.10, 1.10), (1.50, 1.38), (1.80, 1.56)),
    roof=((1.80, 1.56), (2.40, 1.64), (3.20, 1.63), (3.95, 1.55)),
    rear_window=((3.95, 1.55), (4.15, 1.32), (4.28, 1.10)),
    rear=((4.28, 1.10), (4.40, 0.92), (4.45, 0.65), (4.42, 0.42), (4.32, 0.27)),
    belt=1.05, tumble=0.22, axles=(0.88, 3.58), wheel=0.36,
    windows=((1.45, 2.45), (2.52, 3.35), (3.42, 3.85)), doors=(1.4, 2.5, 3.4),
    plate_front=(0.0, 0.50), plate_rear=(4.42, 0.86),
)  # fmt: skip
PEOPLE_CARRIER = Profile(
    "people_carrier", 4.40, 1.81, 1.80,
    front=((0.10, 0.20), (0.02, 0.34), (0.0, 0.50), (0.04, 0.72), (0.12, 0.86)),
    bonnet=((0.12, 0.86), (0.35, 0.97), (0.65, 1.06), (0.85, 1.11)),
    windscreen=((0.85, 1.11), (1.25, 1.46), (1.55, 1.71)),
    roof=((1.55, 1.71), (2.20, 1.80), (3.30, 1.80), (4.15, 1.75)),
    rear_window=((4.15, 1.75), (4.25, 1.50), (4.32, 1.10)),
    rear=((4.32, 1.10), (4.38, 0.85), (4.40, 0.60), (4.38, 0.38), (4.30, 0.22)),
    belt=1.04, tumble=0.15, axles=(0.84, 3.55), wheel=0.32,
    windows=((1.20, 2.15), (2.22, 3.15), (3.22, 4.05)), doors=(1.15, 2.2, 3.2),
    plate_front=(0.0, 0.44), plate_rear=(4.38, 0.80),
)  # fmt: skip
VAN = Profile(
    "van", 5.10, 1.95, 2.05,
    front=((0.12, 0.22), (0.02, 0.36), (0.0, 0.58), (0.04, 0.84), (0.14, 1.00)),
    bonnet=((0.14, 1.00), (0.40, 1.11), (0.70, 1.20), (0.90, 1.25)),
    windscreen=((0.90, 1.25), (1.20, 1.62), (1.45, 1.92)),
    roof=((1.45, 1.92), (1.90, 2.03), (3.40, 2.05), (5.00, 2.03)),
    rear_window=((5.00, 2.03), (5.05, 1.80), (5.08, 1.20)),
    rear=((5.08, 1.20), (5.10, 0.90), (5.10, 0.60), (5.08, 0.38), (5.02, 0.26)),
    belt=1.18, tumble=0.10, axles=(0.95, 4.10), wheel=0.34,
    windows=((1.25, 2.25),), kind="van", doors=(1.15, 2.35, 3.5),
    plate_front=(0.0, 0.46), plate_rear=(5.08, 0.78),
)  # fmt: skip
BIG_VAN = Profile(
    "big_van", 5.90, 2.05, 2.65,
    front=((0.12, 0.24), (0.02, 0.40), (0.0, 0.64), (0.05, 0.95), (0.16, 1.12)),
    bonnet=((0.16, 1.12), (0.40, 1.24), (0.66, 1.35), (0.82, 1.40)),
    windscreen=((0.82, 1.40), (1.15, 1.88), (1.40, 2.25)),
    roof=((1.40, 2.25), (1.80, 2.58), (3.40, 2.65), (5.80, 2.63)),
    rear_window=((5.80, 2.63), (5.85, 2.20), (5.88, 1.40)),
    rear=((5.88, 1.40), (5.90, 1.00), (5.90, 0.65), (5.88, 0.42), (5.80, 0.28)),
    belt=1.32, tumble=0.07, axles=(1.00, 4.70), wheel=0.36,
    windows=((1.20, 2.20),), kind="van", doors=(1.1, 2.3, 3.6),
    plate_front=(0.0, 0.50), plate_rear=(5.88, 0.62),
)  # fmt: skip
LORRY_CAB = Profile(
    "lorry_cab", 1.75, 2.10, 2.45,
    front=((0.10, 0.32), (0.02, 0.45), (0.0, 0.70), (0.0, 1.00), (0.02, 1.24)),
    bonnet=((0.02, 1.24), (0.03, 1.28), (0.05, 1.32), (0.06, 1.35)),
    windscreen=((0.06, 1.35), (0.14, 1.80), (0.26, 2.20)),
    roof=((0.26, 2.20), (0.50, 2.40), (1.00, 2.45), (1.65, 2.43)),
    rear_window=((1.65, 2.43), (1.72, 2.20), (1.74, 1.35)),
    rear=((1.74, 1.35), (1.75, 1.00), (1.75, 0.70), (1.74, 0.40)),
    belt=1.30, tumble=0.09, axles=(0.72, 0.72), wheel=0.40,
    windows=((0.32, 1.25),), kind="lorry", doors=(0.25, 1.4), bulge=0.06,
    plate_front=(0.0, 0.60), plate_rear=(1.75, 0.6),
)  # fmt: skip
MINIBUS = Profile(
    "minibus", 7.20, 2.25, 2.80,
    front=((0.10, 0.26), (0.02, 0.42), (0.0, 0.70), (0.0, 1.00), (0.02, 1.14)),
    bonnet=((0.02, 1.14), (0.03, 1.16), (0.04, 1.18), (0.05, 1.20)),
    windscreen=((0.05, 1.20), (0.14, 1.75), (0.28, 2.30)),
    roof=((0.28, 2.30), (0.50, 2.68), (1.20, 2.80), (7.05, 2.78)),
    rear_window=((7.05, 2.78), (7.14, 2.30), (7.18, 1.40)),
    rear=((7.18, 1.40), (7.20, 1.00), (7.20, 0.65), (7.18, 0.42), (7.12, 0.28)),
    belt=1.10, tumble=0.06, axles=(1.30, 5.40), wheel=0.40,
    windows=((0.40, 1.40), (1.50, 2.80), (2.90, 4.20), (4.30, 5.60), (5.70, 6.90)),
    kind="bus", doors=(0.4, 1.4), bulge=0.08,
    plate_front=(0.0, 0.52), plate_rear=(7.18, 0.70),
)  # fmt: skip
PROFILES = {
    p.name: p for p in (HATCHBACK, SALOON, SUV, PEOPLE_CARRIER, VAN, BIG_VAN, LORRY_CAB, MINIBUS)
}
