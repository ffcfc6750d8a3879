"""install(): an OpenCV 5 reads Darknet's networks again, and keeps all else."""


from opencv import run
from package import PackageTest, main

SCRIPT = """
import sys, cv2, numpy as np
import nightjar_darknet.cv2_dnn as ours
cfg, weights = sys.argv[1:]
theirs = cv2.dnn.readNet, cv2.dnn.DetectionModel, cv2.dnn.blobFromImage
ours.install()
ours.install()
assert cv2.dnn.blobFromImage is theirs[2]
red = np.zeros((32, 32, 3), np.uint8)
red[16:24, 8:16, 2] = 255
for net in cv2.dnn.readNetFromDarknet(cfg, weights), cv2.dnn.readNet(weights, cfg), cv2.dnn.readNet(cfg, weights):
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    net.setInput(cv2.dnn.blobFromImage(red, 1 / 255, (32, 32), swapRB=True))
    (rows,) = net.forward(net.getUnconnectedOutLayersNames())
    assert np.flatnonzero(rows[:, 5]).tolist() == [9], rows
for model in cv2.dnn.DetectionModel(net), cv2.dnn_DetectionModel(weights, cfg):
    model.setInputParams(1 / 255, (32, 32), swapRB=True)
    assert model.detect(red)[2].tolist() == [[4, 12, 16, 16]]
try:
    cv2.dnn.readNet("nowhere.onnx")
except cv2.error:
    print("well")
"""


class Install(PackageTest):
    def test_opencv_5(self):
        self.assertEqual(run(5, "-c", SCRIPT, self.cfg, self.weights), "well\n")

    def test_opencv_4(self):
        self.assertEqual(run(4, "-c", SCRIPT, self.cfg, self.weights), "well\n")


if __name__ == "__main__":
    main()
