"""Blocks that more than one family is made of."""

ANCHORS_V3 = [(10, 13), (16, 30), (33, 23), (30, 61), (62, 45), (59, 119), (116, 90), (156, 198), (373, 326)]
ANCHORS_V4 = [(12, 16), (19, 36), (40, 28), (36, 75), (76, 55), (72, 146), (142, 110), (192, 243), (459, 401)]
ANCHORS_TINY = [(10, 14), (23, 27), (37, 58), (81, 82), (135, 169), (344, 319)]

SMALL, MEDIUM, LARGE = (0, 1, 2), (3, 4, 5), (6, 7, 8)  # which of nine anchors a head uses


def residual(net, channels, inner):
    """Squeeze to `inner` channels, look around with a 3x3, add what came in."""
    source = net.last
    net.conv(inner)
    net.conv(channels, 3)
    return net.shortcut(source)


def alternate(net, narrow, count):
    """`count` convolutions: 1x1 to `narrow` channels, 3x3 to twice as many, and so on."""
    for index in range(count):
        net.conv(*((2 * narrow, 3) if index % 2 else (narrow, 1)))
    return net.last


def pyramid_pool(net, sizes=(5, 9, 13), widest_first=True):
    """Spatial pyramid pooling: the input beside its maxima over three windows, on the same grid."""
    source = net.last
    pools = []
    for size in sizes:
        if pools:
            net.route(source)
        pools.append(net.maxpool(size, 1))
    return net.route(*pools[::-1], source) if widest_first else net.route(source, *pools)


def raise_to(net, channels, lateral):
    """Narrow, double the grid, and put the finer layer `lateral` beside it."""
    net.conv(channels)
    net.upsample()
    return net.route(net.last, lateral)


def raise_to_narrowed(net, channels, lateral):
    """As raise_to, but `lateral` too is narrowed to `channels` first, and stands first."""
    net.conv(channels)
    raised = net.upsample()
    net.route(lateral)
    return net.route(net.conv(channels), raised)


def lower_to(net, channels, lateral):
    """Halve the grid with a strided 3x3 and put the coarser layer `lateral` beside it."""
    return net.route(net.conv(channels, 3, 2), lateral)


def classifier(net, pool_first=True, cost=False):
    """1000 classes: a 1x1 convolution and the mean over the grid, in either order, then softmax."""
    net.stage("1000 classes")
    if pool_first:
        net.add("avgpool")
    net.conv(1000, normalize=False, activation="linear")
    if not pool_first:
        net.add("avgpool")
    net.add("softmax", groups=1)
    if cost:
        net.add("cost")
