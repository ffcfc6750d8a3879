"""Names of layers: by hand, and those that OpenCV 4 gives to each network that it reads."""

import unittest

from opencv import ask
from package import ROOT, SHARED, main

from nightjar_darknet import cv2_dnn, errors

CFG = """[net]
width=32
height=32
[convolutional]
batch_normalize=1
filters=8
size=1
activation=leaky
[convolutional]
filters=8
size=1
activation=mish
[shortcut]
from=-2
activation=linear
[route]
layers=-1,0
[maxpool]
[convolutional]
filters=7
size=1
activation=linear
[yolo]
mask=0
anchors=16,16
classes=2
num=1
"""
SMALL = [
    "[crop]\ncrop_width=28\ncrop_height=28\n[maxpool]\n[avgpool]\n[softmax]\n[cost]\n",
    "[crop]\ncrop_width=28\ncrop_height=28\nnoadjust=1\n[maxpool]\n",
    "[connected]\noutput=5\nactivation=linear\n[dropout]\n[softmax]\n[cost]\n",
    "[maxpool]\n[sam]\nfrom=-1\n",
    "[maxpool]\n[reorg]\n[scale_channels]\nfrom=-1\n[upsample]\nstride=2\n",
    "[convolutional]\nsize=1\nfilters=8\n[route]\nlayers=-1\ngroups=2\ngroup_id=1\n[route]\nlayers=-1,-2\ngroups=2\n",
    *(
        f"[maxpool]\n[shortcut]\nfrom=-1\nactivation={activation}\n"
        for activation in ("leaky", "relu", "swish", "silu", "mish", "logistic", "tanh")
    ),
]
OF_SMALL = """
for i, cfg in enumerate(given["cfgs"].tolist()):
    net = cv2.dnn.readNetFromDarknet(np.frombuffer(cfg.encode(), np.uint8))
    answer[str(i)] = np.array([(name, net.getLayer(name).type) for name in net.getLayerNames()])
"""
SCRIPT = """
for i, cfg in enumerate(given["cfgs"].tolist()):
    try:
        net = cv2.dnn.readNetFromDarknet(cfg)
    except cv2.error:
        continue
    answer[f"names{i}"] = np.array(net.getLayerNames())
    answer[f"outputs{i}"] = net.getUnconnectedOutLayers()
"""


class ByHand(unittest.TestCase):
    def setUp(self):
        self.net = cv2_dnn.readNetFromDarknet(CFG.encode())

    def test_names(self):
        names = "conv_0 bn_0 leaky_1 conv_1 mish_2 shortcut_2 concat_3 pool_4 conv_5 permute_6 yolo_6"
        self.assertEqual(" ".join(self.net.getLayerNames()), names)

    def test_outputs(self):
        self.assertEqual(self.net.getUnconnectedOutLayers().tolist(), [11])
        self.assertEqual(self.net.getUnconnectedOutLayersNames(), ("yolo_6",))

    def test_questions(self):
        net = self.net
        self.assertEqual((net.getLayerId("leaky_1"), net.getLayerId("none")), (3, -1))
        self.assertEqual((net.getLayer(3).name, net.getLayer("pool_4").type), ("leaky_1", "Pooling"))
        self.assertEqual((net.getLayersCount("Convolution"), "Region" in net.getLayerTypes()), (3, True))
        self.assertEqual((net.empty(), cv2_dnn.Net().empty()), (False, True))

    def test_layers_that_opencv_does_not_know(self):
        with self.assertRaises(errors.UsageError) as caught:
            cv2_dnn.readNetFromDarknet(CFG.replace("maxpool", "lstm").encode())
        self.assertIn("[lstm]", str(caught.exception))


class AgainstOpenCV(unittest.TestCase):
    def test_each_kind_of_section(self):
        cfgs = ["[net]\nwidth=32\nheight=32\nchannels=3\n" + body for body in SMALL]
        theirs = ask(4, OF_SMALL, cfgs=cfgs)
        for i, cfg in enumerate(cfgs):
            net = cv2_dnn.readNetFromDarknet(cfg.encode())
            ours = [[name, net.getLayer(name).type] for name in net.getLayerNames()]
            self.assertEqual(ours, theirs[str(i)].tolist(), cfg)

    def test_all_networks_that_it_reads(self):
        cfgs = sorted([*(ROOT / "cfg").glob("*.cfg"), *(SHARED / "darknet/cfg").glob("*/*.cfg")])
        theirs = ask(4, SCRIPT, cfgs=[str(cfg) for cfg in cfgs])
        read = [i for i in range(len(cfgs)) if f"names{i}" in theirs]
        self.assertGreater(len(read), 10)
        for i in read:
            with self.subTest(str(cfgs[i])):
                net = cv2_dnn.readNetFromDarknet(cfgs[i])
                self.assertEqual(list(net.getLayerNames()), theirs[f"names{i}"].tolist())
                self.assertEqual(net.getUnconnectedOutLayers().tolist(), theirs[f"outputs{i}"].tolist())


if __name__ == "__main__":
    main()
