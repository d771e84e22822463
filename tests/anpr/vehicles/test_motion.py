from anpr.vehicles.motion import MotionGate
from tests.anpr.scenes import a_street, noisy, with_vehicle

STREET = a_street()


class TestMotionGate:
    def test_noise_is_no_movement(self) -> None:
        assert not MotionGate().moved(noisy(STREET, 1), noisy(STREET, 2))

    def test_a_vehicle_that_comes_in_is(self) -> None:
        assert MotionGate().moved(STREET, with_vehicle(STREET, x=0, size=60))

    def test_a_vehicle_that_creeps_on_is(self) -> None:
        assert MotionGate().moved(with_vehicle(STREET, x=200), with_vehicle(STREET, x=206))

    def test_a_vehicle_that_stands_is_not(self) -> None:
        standing = with_vehicle(STREET, x=200)
        assert not MotionGate().moved(noisy(standing, 1), noisy(standing, 2))

    def test_the_first_frame_and_a_change_of_size_count_as_movement(self) -> None:
        assert MotionGate().moved(None, STREET)
        assert MotionGate().moved(STREET[:200], STREET)

    def test_the_answer_depends_on_the_two_frames_alone(self) -> None:
        used = MotionGate()
        used.moved(None, with_vehicle(STREET, x=10))
        used.moved(with_vehicle(STREET, x=10), with_vehicle(STREET, x=300))
        assert not used.moved(STREET, STREET)
