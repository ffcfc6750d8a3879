"""A street that nobody has seen before: drawn from a random generator, with its things and their labels."""

from PIL import Image

from labelled_canvas import LabelledCanvas
from street import CURB, HEIGHT, ground, house, sky, tree
from things import KINDS, SCENERY, shade

MOST_THINGS = 8
FAR, NEAR = 600, 850  # where the furthest and the nearest things stand
FAR_SCALE = 0.4  # of what stands at FAR, by what stands at NEAR
LEAST_INSIDE, MOST_SHARED = 0.75, 0.4  # of a thing's box, inside the picture and in common with another's
LEAST_SEEN, LEAST_SIDE = (
    0.4,
    0.02,
)  # of a thing's pixels, of the picture's width; what shows less has no label

NAMES = list(KINDS)
WALLS = [
    (196, 142, 112), (222, 206, 172), (168, 176, 184), (208, 176, 140), (186, 120, 100), (214, 210, 200),
    (150, 160, 140), (198, 186, 204), (120, 130, 146),
]  # fmt: skip
PAVEMENTS = [
    (176, 172, 164),
    (150, 150, 154),
    (190, 170, 146),
    (118, 150, 92),
    (134, 160, 104),
]  # two are lawns
ASPHALTS = [(84, 86, 92), (66, 66, 70), (110, 108, 106), (96, 88, 84)]
LIGHTS = [  # the sky at the top and at the horizon, what is left of red, green and blue
    ((86, 140, 205), (214, 226, 236), (1, 1, 1)),
    ((60, 120, 210), (190, 220, 240), (1.04, 1.03, 1)),
    ((150, 160, 172), (206, 210, 212), (0.88, 0.9, 0.94)),
    ((110, 120, 178), (250, 190, 140), (1, 0.87, 0.76)),
    ((52, 62, 120), (196, 140, 150), (0.7, 0.68, 0.84)),
]


def scene(rng, width, height, wanted=None):
    """A picture of that size and its labels: (class, left, top, right, bottom), in shares of the picture. One
    of its things is of the class `wanted`."""
    closeness = rng.uniform(1, 1.3)
    view = (HEIGHT * width / height / closeness, HEIGHT / closeness)
    top = rng.uniform(0.3, 1) * (HEIGHT - view[1])
    canvas = LabelledCanvas(width, height, height / view[1], (0, top))
    gains = draw_street(canvas, rng, view[0])
    things = place_things(rng, (0, top, view[0], top + view[1]), wanted)
    for _, draw, mirror in things:
        canvas.add(draw, mirror)
    return lit(canvas.finished(), rng, gains), labels(canvas, [kind for kind, *_ in things])


def draw_street(canvas, rng, width):
    """Returns how its light is coloured."""
    top, bottom, gains = rng.choice(LIGHTS)
    sky(canvas, top, bottom, rng.choice([0, 6, 14, 26]), rng.random(), width)
    x = rng.uniform(-140, 40)
    while x < width:
        right = x + rng.uniform(110, 200)
        if rng.random() < 0.85:
            house(canvas, x, right, rng.uniform(170, 330), shade(rng, WALLS), rng.random())
        x = right
    ground(canvas, shade(rng, PAVEMENTS), shade(rng, ASPHALTS), width)
    for _ in range(rng.randint(0, 3)):
        tree(canvas, rng.uniform(0, width), rng.uniform(598, 612), rng.uniform(140, 230), rng.random())
    return gains


def place_things(rng, view, wanted):
    """The furthest first: the name of its kind, what draws it, the x at which it is mirrored or None."""
    kinds = [wanted or rng.choice(NAMES)] + rng.sample(NAMES * 2, rng.randint(1, MOST_THINGS - 1))
    kinds += rng.sample(list(SCENERY), rng.choice([0, 0, 1, 2]))
    things, taken = [], []
    for name in kinds:
        kind = KINDS.get(name) or SCENERY[name]
        for _ in range(40):
            x, y, size = place(rng, kind, view)
            box = box_of(kind, x, y, size)
            if inside(box, view) > LEAST_INSIDE and all(shared(box, other) < MOST_SHARED for other in taken):
                mirror = x if kind.turns and rng.random() < 0.5 else None
                things.append((y, name, kind.draw(rng, x, y, size), mirror))
                taken.append(box)
                break
    return [thing[1:] for thing in sorted(things, key=lambda thing: thing[0])]


def place(rng, kind, view):
    """Where one of the kind stands, and how large it is there."""
    y = rng.uniform(*kind.stands)
    distant = (NEAR - y) / (NEAR - FAR) if y > FAR - 1 else 0  # nothing stands in the sky
    return rng.uniform(view[0], view[2]), y, rng.uniform(*kind.size) * (1 - (1 - FAR_SCALE) * distant)


def box_of(kind, x, y, size):
    left, up, right, down = kind.spread
    return x - left * size, y - up * size, x + right * size, y + down * size


def area(box):
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def common(a, b):
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def inside(box, view):
    return common(box, view) / area(box)


def shared(a, b):
    """Of the smaller one."""
    return common(a, b) / min(area(a), area(b))


def lit(picture, rng, gains):
    """The picture in its light, brighter or darker by a little."""
    brightness = rng.uniform(0.85, 1.1)
    table = [min(255, int(value * gain * brightness)) for gain in gains for value in range(256)]
    return picture.point(table)


def labels(canvas, kinds):
    extents = [(name, canvas.extent(number, LEAST_SEEN, LEAST_SIDE)) for number, name in enumerate(kinds, 1)]
    return [(NAMES.index(name), *extent) for name, extent in extents if name in KINDS and extent]
