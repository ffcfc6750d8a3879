"""Command lines as scripts have them, through a link named darknet, and programs that wait for the prompt."""

import os
import re
import select
import subprocess
import time
import unittest
from pathlib import Path

import program
from classifier import CLASSIFIER_CFG, classifier_weights, plain
from program import USAGE, ProgramTest, red_line

PROMPT = b"Enter Image Path: "
TOOK = r"Predicted in \d+\.\d{6} milli-seconds\.\n"
DOG = rf"data/dog\.png: {TOOK}red: 98%\n"
DOG_AND_PLACE = rf"data/dog\.png: {TOOK}{re.escape(red_line(1, 2))}\n"
TWO = rf"Enter Image Path: {DOG}Enter Image Path: data/two\.png: {TOOK}red: 98%\nred: 98%\nEnter Image Path: "

# (line of a script, exit code, all that is on standard output)
LINES = [
    ("./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights data/dog.png", 0, DOG),
    ("./darknet detect cfg/yolov3.cfg yolov3.weights data/dog.png -thresh 0.5", 0, DOG.replace("red:", "class 0:")),
    ("./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights -dont-show data/dog.png", 0, DOG),
    (
        "./darknet detector test ./cfg/coco.data ./cfg/yolov3.cfg ./yolov3.weights data/dog.png -i 0 -thresh 0.25"
        " -ext_output -dont_show",
        0,
        DOG_AND_PLACE,
    ),
    (
        "./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights -dont_show -ext_output < data/train.txt"
        " > result.txt && grep -c 'Predicted in' result.txt",
        0,
        r"2\n",
    ),
    ("./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights -dont_show < data/train.txt", 0, TWO),
    (
        "./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights -ext_output -dont_show -out result.json"
        " < data/train.txt > /dev/null; grep -c filename result.json",
        0,
        r"2\n",
    ),
    (
        "./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights -thresh 0.25 -dont_show -save_labels"
        " < data/train.txt > /dev/null; cat data/dog.txt",
        0,
        r"0 0\.3750 0\.6250 0\.5000 0\.5000\n",
    ),
    (
        "echo data/dog.png | ./darknet detector test cfg/coco.data cfg/yolov3.cfg yolov3.weights | grep -o '[a-z]*: [0-9]*%'",
        0,
        r"red: 98%\n",
    ),
    (
        "./darknet detector demo cfg/coco.data cfg/yolov3.cfg yolov3.weights test50.mp4 -i 0 -thresh 0.25"
        " -dont_show -out_filename res.avi",
        USAGE,
        "",
    ),
    (
        "./darknet detector demo cfg/coco.data cfg/yolov3.cfg yolov3.weights -c 0 -json_port 8070 -mjpeg_port 8090"
        " -ext_output",
        USAGE,
        "",
    ),
    (
        "./darknet classifier predict cfg/imagenet1k.data cfg/darknet19.cfg darknet19.weights data/red.png",
        0,
        rf"data/red\.png: {TOOK}apple: 0\.99\d+\ngrass: 0\.0000\d+\n",
    ),
    (
        "./darknet classifier predict cfg/imagenet1k.data cfg/darknet19.cfg darknet19.weights -t 1 < data/valid.txt",
        0,
        rf"Enter Image Path: data/red\.png: {TOOK}apple: 0\.99\d+\n"
        rf"Enter Image Path: data/blue\.png: {TOOK}sky: 0\.99\d+\nEnter Image Path: ",
    ),
    ("./darknet classify cfg/darknet19.cfg darknet19.weights data/red.png | wc -l", 0, r"4\n"),
    (
        "./darknet classifier valid cfg/imagenet1k.data cfg/darknet19.cfg darknet19.weights | tail -n 1",
        0,
        r"1: top 1: 1\.000000, top 2: 1\.000000\n",
    ),
    (
        "./darknet partial cfg/yolov3.cfg yolov3.weights yolov3.conv.1 1 && wc -c < yolov3.conv.1",
        0,
        rf"{20 + 4 * 28}\n",
    ),
]

FLAGS_WITH_A_VALUE = (
    "avgframes 3, c 0, chart chart.png, gpus 0,1, height 416, hier .5, http_post_host 127.0.0.1, i 0, iou_thresh .5,"
    " json_file_output f.json, json_port 8070, mAP_epochs 4, mjpeg_port 8090, num_of_clusters 6, out o.json,"
    " out_filename o.avi, points 11, prefix frames, s 0, t 0, thresh .25, time_limit_sec 10, width 416"
)
FLAGS = (
    "benchmark benchmark_layers clear cuda_debug_sync dont_show dontdraw_bbox dontuse_opencv ext_output letter_box map"
    " save_labels show show_imgs topk"
)


class ScriptTest(ProgramTest):
    """What scripts find in their folder."""

    def setUp(self):
        super().setUp()
        for name, content in {
            "cfg/yolov3.cfg": program.CFG,
            "yolov3.weights": program.weights(),
            "cfg/coco.data": "classes= 2\ntrain  = data/train.txt\nvalid = coco_testdev\nnames = net.names\nbackup = backup/\n",
            "data/dog.png": program.picture((1, 2)),
            "data/two.png": program.picture((0, 0), (3, 3)),
            "data/train.txt": "data/dog.png\ndata/two.png\n",
            "cfg/darknet19.cfg": CLASSIFIER_CFG,
            "darknet19.weights": classifier_weights(),
            "cfg/imagenet1k.data": "classes=3\nvalid = data/valid.txt\nlabels = data/labels\nnames = data/names\ntop=2\n",
            "data/labels": "red\ngreen\nblue\n",
            "data/names": "apple\ngrass\nsky\n",
            "data/red.png": plain((255, 0, 0)),
            "data/blue.png": plain((0, 0, 255)),
            "data/valid.txt": "data/red.png\ndata/blue.png\n",
        }.items():
            self.put(name, content)
        (self.folder / "darknet").symlink_to(Path(program.NIGHTJAR).resolve())


class Scripts(ScriptTest):
    def test_lines_of_scripts(self):
        self.assertGreaterEqual(len(LINES), 14)
        for line, code, expected in LINES:
            with self.subTest(line):
                done = subprocess.run(
                    ["bash", "-c", line],
                    cwd=self.folder,
                    env=self.environment(),
                    capture_output=True,
                    text=True,
                    timeout=60,
                )
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stdout, rf"\A{expected}\Z", done.stderr)
                self.assertEqual(done.stderr.count("nightjar: error: "), int(code != 0), done.stderr)

    def test_all_flags_of_alexeyabs_are_known(self):
        valued = [flag.split() for flag in FLAGS_WITH_A_VALUE.split(", ")]
        self.assertEqual(len(valued) + len(FLAGS.split()), 37)
        arguments = [word for name, value in valued for word in (f"-{name}", value)]
        arguments += [f"-{name}" for name in FLAGS.split()]
        out = self.run_well("detector", "test", *arguments, "cfg/coco.data", "cfg/yolov3.cfg", "yolov3.weights", "data/dog.png")
        self.assertRegex(out, rf"\A{DOG_AND_PLACE}\Z")


class Waiting(ScriptTest):
    """A program that writes a path when it was asked for one, and takes what is printed until the next question."""

    def read_to_question(self, process):
        """What is printed up to the next question; no waiting for ever."""
        output, end = b"", time.monotonic() + 30
        while not output.endswith(PROMPT):
            ready, _, _ = select.select([process.stdout], [], [], max(0, end - time.monotonic()))
            self.assertTrue(ready, f"no question after {output}")
            byte = os.read(process.stdout.fileno(), 1)
            self.assertTrue(byte, f"the output ended after {output}")
            output += byte
        return output.removesuffix(PROMPT).decode()

    def converse(self, *arguments):
        process = self.start(*arguments, stdin=subprocess.PIPE, bufsize=0)
        self.addCleanup(process.kill)
        before = self.read_to_question(process)
        answers = []
        for path in ("data/dog.png", "gone.png", "", "data/two.png", "data/dog.png"):
            process.stdin.write(path.encode() + b"\n")
            answers.append(self.read_to_question(process))
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"")
        process.stdout.close()
        self.assertRegex(process.stderr.read().decode(), r"nightjar: error: gone\.png: [^\n]+\n")
        process.stderr.close()
        process.wait(timeout=30)
        return before, answers

    def test_a_program_waits_for_the_prompt(self):
        for more in ((), ("-threads", "1"), ("-threads", "4"), ("-out", "result.json")):
            with self.subTest(more):
                before, answers = self.converse(
                    "detector", "test", "cfg/coco.data", "cfg/yolov3.cfg", "yolov3.weights", "-dont_show", *more
                )
                self.assertEqual(before, "")
                for answer, boxes in zip(answers, (1, 0, 0, 2, 1)):
                    self.assertEqual(answer.count("red: 98%"), boxes)

    def test_of_a_classifier(self):
        _, answers = self.converse("classifier", "predict", "cfg/imagenet1k.data", "cfg/darknet19.cfg", "darknet19.weights")
        self.assertEqual([answer.count("Predicted in") for answer in answers], [1, 0, 0, 1, 1])


class BeforeResults(ScriptTest):
    """--compat: what the forks print before their results."""

    command = ("detector", "test", "cfg/coco.data", "cfg/yolov3.cfg", "yolov3.weights")

    def test_alexeyab(self):
        done = self.run_program(*self.command, "--compat", "alexeyab", input="data/dog.png\n")
        self.assertEqual(done.returncode, 0, done.err)
        layers = " Detection layer: 1 - type = 28 \n"
        self.assertRegex(
            done.out,
            r"\A GPU isn't used \n( (Not u|U)sed AVX \n (Not u|U)sed FMA & AVX2 \n)?"
            r"mini_batch = 1, batch = 1, time_steps = 1, train = 0 \n"
            r"\n seen 64, trained: 0 K-images \(0 Kilo-batches_64\) \n"
            rf"Enter Image Path: {layers}{DOG}Enter Image Path: \Z",
        )
        self.assertEqual(
            done.err,
            " OpenCV isn't used - data augmentation will be slow \n"
            "   layer   filters  size/strd(dil)      input                output\n"
            "   0 conv      7       1 x 1/ 8     32 x  32 x   3 ->    4 x   4 x   7 0.000 BF\n"
            "   1 yolo\n"
            "[yolo] params: iou loss: mse (2), iou_norm: 0.75, obj_norm: 1.00, cls_norm: 1.00, delta_norm: 1.00, "
            "scale_x_y: 1.00\n"
            "Total BFLOPS 0.000 \n"
            "avg_outputs = 112 \n"
            "Loading weights from yolov3.weights...Done! Loaded 2 layers from weights-file \n",
        )

    def test_pjreddie(self):
        done = self.run_program(*self.command, "--compat", "pjreddie", "data/dog.png")
        self.assertEqual(done.returncode, 0, done.err)
        self.assertRegex(done.out, r"\Adata/dog\.png: Predicted in \d+\.\d{6} seconds\.\nred: 98%\n\Z")
        self.assertEqual(
            done.err,
            "layer     filters    size              input                output\n"
            "    0 conv      7  1 x 1 / 8    32 x  32 x   3   ->     4 x   4 x   7  0.000 BFLOPs\n"
            "    1 yolo\n"
            "Loading weights from yolov3.weights...Done!\n",
        )

    def test_of_classifiers(self):
        command = ("classifier", "predict", "cfg/imagenet1k.data", "cfg/darknet19.cfg", "darknet19.weights")
        done = self.run_program(*command, "data/red.png", "--compat", "alexeyab")
        self.assertRegex(done.out, rf" classes = 3, output in cfg = 3 \n8 8\ndata/red\.png: {TOOK}apple: 0\.99\d+\n")
        done = self.run_program(*command, "data/red.png", "--compat", "pjreddie")
        self.assertRegex(done.out, r"\A99\.9\d%: apple\n 0\.0\d%: grass\n\Z")
        self.assertRegex(done.err, r"\.\.\.Done!\ndata/red\.png: Predicted in \d+\.\d{6} seconds\.\n\Z")
        validation = ("classifier", "valid", *command[2:])
        done = self.run_program(*validation, "--compat", "pjreddie")
        self.assertRegex(
            done.out,
            r"\Adata/red\.png, 0, 0\.99\d+, 0\.0000\d+, \n0: top 1: 1\.000000, top 2: 1\.000000\n"
            r"data/blue\.png, 2, 0\.0000\d+, 0\.0000\d+, \n1: top 1: 1\.000000, top 2: 1\.000000\n\Z",
        )
        done = self.run_program(*validation, "--compat", "alexeyab")
        self.assertIn(" TOP calculation...\n\n0: top 1: 1.000000", done.out)


if __name__ == "__main__":
    unittest.main()
