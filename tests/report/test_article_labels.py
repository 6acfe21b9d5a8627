"""Names beside points: they touch nothing, stay inside, and every free point keeps its name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from repower.report.charts.labels import Box, dot, places

FRAME = Box(0, 0, 400, 300)
POINTS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 300), st.sampled_from(["Argo", "Core Scientific", "鉱業", "x"])),
    max_size=25,
)


@given(POINTS)
def test_names_touch_nothing_and_stay_inside(points):
    placed = places(points, 11, FRAME)
    boxes = [place.box for place in placed if place]
    assert len(placed) == len(points)
    for at, box in enumerate(boxes):
        assert box.within(FRAME)
        assert not any(box.touches(other) for other in boxes[at + 1 :])
        assert not any(box.touches(dot(x, y)) for x, y, _ in points)


def test_a_point_alone_has_its_name_on_its_right():
    (place,) = places([(100, 100, "Argo")], 11, FRAME)
    assert (place.align, place.away, place.drop) == ("left", 8, 0)
    (place,) = places([(395, 100, "Argo")], 11, FRAME)
    assert place.align == "right"


def test_a_point_without_a_name_takes_no_room_for_one():
    assert places([(100, 100, "")], 11, FRAME) == [None]


def test_a_point_without_room_has_no_name():
    assert places([(100, 100, "Argo")], 11, FRAME, [Box(0, 0, 400, 300)]) == [None]
