"""What stands in the drawn streets: how large it is, where it may stand, and how one of the kind is drawn.

Each of the functions takes a random generator, where the thing stands and its size, and returns what paints
it.
"""

from collections import namedtuple

from canvas import darker
from furniture import ball, bench, kite, potted_plant, stop_sign, street_clock, traffic_light
from living import bird, dog, person
from vehicles import bus, car

PAINTS = [
    (206, 48, 42), (44, 96, 168), (190, 194, 200), (52, 56, 64), (228, 226, 220), (60, 132, 84),
    (232, 176, 44), (126, 60, 120), (222, 120, 60), (96, 160, 190),
]  # fmt: skip
CLOTHES = PAINTS + [(52, 56, 72), (120, 92, 66), (150, 154, 120), (30, 30, 36)]
SKINS = [(224, 172, 138), (240, 200, 170), (176, 120, 84), (120, 78, 54), (92, 60, 44)]
HAIRS = [(58, 40, 28), (30, 24, 22), (140, 96, 52), (200, 168, 104), (150, 146, 142)]
COATS = [(150, 98, 54), (92, 62, 40), (60, 54, 52), (206, 176, 130), (222, 214, 202), (128, 120, 112)]
FEATHERS = [(70, 72, 78), (40, 42, 48), (120, 92, 70), (206, 208, 212), (70, 96, 140)]


def shade(rng, colours):
    """One of the colours, a little lighter or darker."""
    return tuple(max(18, min(255, part + rng.randint(-14, 14))) for part in rng.choice(colours))


def a_person(rng, x, y, size):
    umbrella = shade(rng, PAINTS) if rng.random() < 0.12 else None
    looks = (shade(rng, CLOTHES), shade(rng, CLOTHES), umbrella, rng.choice(SKINS), rng.choice(HAIRS))
    stride = rng.uniform(0.4, 1.15)
    # The umbrella reaches above the head by a fifth.
    return lambda canvas: person(canvas, x, y, size * (0.83 if umbrella else 1), *looks, stride)


def a_dog(rng, x, y, size):
    coat = shade(rng, COATS)
    return lambda canvas: dog(canvas, x, y, size, coat)


def a_bird(rng, x, y, size):
    back = shade(rng, FEATHERS)
    belly = shade(rng, [(196, 196, 200), (230, 226, 216), (150, 130, 116)])
    return lambda canvas: bird(canvas, x, y, size, back, belly)


def a_kite(rng, x, y, size):
    colours = rng.sample(
        [(236, 66, 52), (250, 196, 44), (46, 120, 210), (60, 176, 90), (240, 240, 236), (170, 70, 190)], 4
    )
    return lambda canvas: kite(canvas, x, y, size, colours)


def a_car(rng, x, y, size):
    paint = shade(rng, PAINTS)
    return lambda canvas: car(canvas, x, y, size, paint, darker(paint, rng.uniform(0.5, 0.7)))


def a_bus(rng, x, y, size):
    paint = shade(rng, PAINTS)
    return lambda canvas: bus(canvas, x, y, size, paint, darker(paint))


def a_traffic_light(rng, x, y, size):
    head, lit = size * rng.uniform(0.34, 0.44), rng.randrange(3)
    return lambda canvas: traffic_light(canvas, x, y - size + head / 2, head, y, lit)


def a_stop_sign(rng, x, y, size):
    radius = size * rng.uniform(0.17, 0.23)
    return lambda canvas: stop_sign(canvas, x, y - size + radius, radius, y)


def a_street_clock(rng, x, y, size):
    radius = size * rng.uniform(0.13, 0.18)
    return lambda canvas: street_clock(canvas, x, y - size + radius, radius, y)


def a_bench(rng, x, y, size):
    return lambda canvas: bench(canvas, x, y, size)


def a_potted_plant(rng, x, y, size):
    seed = rng.random()
    return lambda canvas: potted_plant(canvas, x, y, size, seed)


def a_ball(rng, x, y, size):
    return lambda canvas: ball(canvas, x, y - size, size)


# size: right at the front, or of what flies; spread: how far it reaches left, up, right and down from where
# it stands, in sizes; stands: the range of y for that; turns: whether it may look the other way.
Kind = namedtuple("Kind", "draw size spread stands turns")
KINDS = {
    "person": Kind(a_person, (290, 370), (0.16, 1, 0.17, 0), (600, 850), True),
    "dog": Kind(a_dog, (180, 240), (0.56, 0.82, 0.68, 0), (606, 850), True),
    "bird": Kind(a_bird, (50, 95), (0.72, 0.8, 0.68, 0.1), (90, 400), True),
    "kite": Kind(a_kite, (48, 95), (0.45, 0.7, 0.5, 1.67), (70, 330), True),
    "car": Kind(a_car, (400, 470), (0.5, 0.41, 0.5, 0), (714, 850), True),
    "bus": Kind(a_bus, (560, 700), (0.5, 0.42, 0.5, 0), (702, 770), True),
    "traffic light": Kind(a_traffic_light, (660, 820), (0.08, 1, 0.08, 0), (612, 672), False),
    "stop sign": Kind(a_stop_sign, (600, 780), (0.2, 1, 0.2, 0), (612, 672), False),
}
SCENERY = {
    "clock": Kind(a_street_clock, (700, 820), (0.18, 1, 0.18, 0), (612, 672), False),
    "bench": Kind(a_bench, (300, 360), (0.5, 0.5, 0.55, 0), (610, 665), True),
    "potted plant": Kind(a_potted_plant, (200, 260), (0.45, 1.05, 0.45, 0), (612, 668), False),
    "ball": Kind(a_ball, (26, 36), (1, 2, 1, 0), (640, 850), False),
}
