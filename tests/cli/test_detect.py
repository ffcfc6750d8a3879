"""nightjar detect: pictures in, boxes out, in every form."""

import csv
import io
import json
import struct
import unittest
import zlib

from program import CANNOT_READ, MALFORMED, ROOT, USAGE, ProgramTest, picture, png, red_line

FONTS = ROOT / "tests/fixtures"
A = ["a.png", red_line(1, 2)]
B = ["b.png", red_line(0, 0), red_line(3, 3)]


class Text(ProgramTest):
    def test_boxes_from_left_to_right_with_coordinates(self):
        self.assertEqual(self.lines(self.run_well("detect", *self.net, "a.png", "b.png")), A + B)

    def test_time_is_printed_as_alexeyab_does(self):
        first = self.run_well("detect", *self.net, "a.png").splitlines()[0]
        self.assertRegex(first, r"^a\.png: Predicted in \d+\.\d{6} milli-seconds\.$")

    def test_pjreddie(self):
        out = self.run_well("detect", *self.net, "a.png", "--compat", "pjreddie").splitlines()
        self.assertRegex(out[0], r"^a\.png: Predicted in \d+\.\d{6} seconds\.$")
        self.assertEqual(out[1:], ["red: 98%"])

    def test_classes_without_names(self):
        out = self.run_well("detect", "--cfg", "net.cfg", "--weights", "net.weights", "a.png")
        self.assertEqual(self.lines(out)[1], red_line(1, 2).replace("red", "class 0"))

    def test_threshold(self):
        self.assertEqual(
            self.lines(self.run_well("detect", *self.net, "a.png", "--thresh", ".99")), ["a.png"]
        )
        low = self.lines(self.run_well("detect", *self.net, "a.png", "--thresh", ".01"))
        self.assertEqual(low, A + [red_line(1, 2).replace("red: 98%", "other: 2%")])

    def test_overlapping_boxes_of_a_class(self):
        # Neighbouring cells: boxes of 16x16 pixels, 8 apart, an IoU of 1/3.
        self.put("c.png", picture((1, 1), (2, 1)))
        both = ["c.png", red_line(1, 1), red_line(2, 1)]
        self.assertEqual(self.lines(self.run_well("detect", *self.net, "c.png")), both)
        self.assertEqual(self.lines(self.run_well("detect", *self.net, "c.png", "--nms", ".3")), both[:2])

    def test_fit(self):
        # Red all over, 32x16: stretched it fills 16 cells; letterboxed it fills the two rows in the middle.
        self.put("wide.png", png([[(255, 0, 0)] * 32] * 16))
        for fit, boxes in (("stretch", 16), ("letterbox", 8)):
            out = self.run_well("detect", *self.net, "wide.png", "--fit", fit, "--nms", "1")
            self.assertEqual(len(out.splitlines()), 1 + boxes)
        by_default = self.run_well("detect", *self.net, "wide.png", "--nms", "1")
        self.assertEqual(len(by_default.splitlines()), 1 + 8)
        as_alexeyab = self.run_well("detect", *self.net, "wide.png", "--nms", "1", "--compat", "alexeyab")
        self.assertEqual(len(as_alexeyab.splitlines()), 1 + 16)

    def test_verbose_says_what_runs(self):
        for device, said in ("cpu", r"cpu"), ("auto", r"(cpu \(cuda:0: .+\)|cuda:0 \(.+\))"):
            done = self.run_program("detect", *self.net, "a.png", "-v", "--device", device)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(self.lines(done.out), A)
            self.assertRegex(
                done.err, rf"device: {said}\n.*net\.cfg: 2 layers, 32x32, [\w ]+, loaded in \d+ ms\n"
            )

    def test_auto_drops_what_only_a_gpu_has(self):
        gpu = ("--device", "auto", "--precision", "fp16", "--conv", "ours")
        self.assertEqual(self.lines(self.run_well("detect", *self.net, "a.png", *gpu)), A)

    def test_names_beyond_the_classes_are_warned_about(self):
        self.put("net.names", "red\nother\nthird\n")
        done = self.run_program("detect", *self.net, "a.png")
        self.assertEqual((done.returncode, self.lines(done.out)), (0, A))
        self.assertEqual(done.err, "nightjar: warning: net.names: 3 names; the network has 2 classes\n")

    def test_control_bytes_of_a_file_name_do_not_reach_the_terminal(self):
        self.put("x\x1b[31m\n.png", picture((1, 2)))
        out = self.run_well("detect", *self.net, "x\x1b[31m\n.png")
        self.assertEqual(self.lines(out)[0], "x\\x1b[31m\\n.png")


class Arguments(ProgramTest):
    def test_files_folders_patterns_lists_and_standard_input(self):
        self.put("many/2.png", picture())
        self.put("many/1.PNG", picture())
        self.put("list.txt", "b.png\r\n\nmany/2.png\n")
        out = self.run_well(
            "detect",
            *self.net,
            "a.png",
            "many",
            "[ab].png",
            "@list.txt",
            "-",
            input=(self.folder / "a.png").read_bytes(),
        )
        pictures = [line for line in self.lines(out) if not line.startswith("red")]
        self.assertEqual(
            pictures, ["a.png", "many/1.PNG", "many/2.png", "a.png", "b.png", "b.png", "many/2.png", "-"]
        )

    def test_a_file_that_begins_with_a_dash(self):
        self.put("-x.png", picture((1, 2)))
        for argument in (["./-x.png"], ["--", "-x.png"]):
            self.assertEqual(self.lines(self.run_well("detect", *self.net, *argument))[1:], A[1:])

    def test_batches_do_not_change_results(self):
        pictures = ["a.png", "b.png", "a.png", "b.png", "b.png"]
        one = self.lines(self.run_well("detect", *self.net, *pictures))
        for batch in (2, 3, 8):
            self.assertEqual(self.lines(self.run_well("detect", *self.net, *pictures, "--batch", batch)), one)
        for threads in (1, 2, 7):
            self.assertEqual(
                self.lines(self.run_well("detect", *self.net, *pictures, "--threads", threads)), one
            )

    def test_a_bad_picture_costs_one_line_and_the_others_go_on(self):
        self.put("bad.png", "no picture")
        for batch in (1, 3):
            done = self.run_program(
                "detect", *self.net, "a.png", "bad.png", "b.png", "--out", "o.json", "--batch", batch
            )
            self.assertEqual(done.returncode, MALFORMED)
            self.assertRegex(
                done.err,
                r"\Anightjar: error: bad\.png: [^\n]+\n"
                r"nightjar: 2 pictures, 3 boxes in [\d.]+ s, [\d.]+ pictures/s, 1 could not be used\n\Z",
            )
            self.assertEqual(self.lines(done.out), A + B)
            frames = json.loads((self.folder / "o.json").read_text())
            self.assertEqual([frame["filename"] for frame in frames], ["a.png", "b.png"])

    def test_a_model_of_the_catalog(self):
        home = {"cfg/net.cfg": "net.cfg", "cfg/net.names": "net.names", "weights/tiny.weights": "net.weights"}
        for name, source in home.items():
            self.put(f"home/{name}", (self.folder / source).read_bytes())
        entry = {
            "name": "tiny",
            "cfg": "cfg/net.cfg",
            "names": "cfg/net.names",
            "size": 132,
            "sha256": None,
            "sources": [],
        }
        self.put("home/weights/catalog.json", json.dumps({"format": 1, "models": [entry]}))
        self.assertEqual(self.lines(self.run_well("detect", "--model", "tiny", "a.png")), A)
        (self.folder / "home/weights/tiny.weights").unlink()
        self.assert_refused(3, "'nightjar fetch tiny' gets it", "detect", "--model", "tiny", "a.png")
        self.assert_refused(
            3,
            "'nightjar fetch tiny --to .' gets it",
            "detect",
            "--cfg",
            "net.cfg",
            "--weights",
            "tiny.weights",
            "a.png",
        )
        self.assert_refused(USAGE, "it has tiny", "detect", "--model", "huge", "a.png")


class Selection(ProgramTest):
    def boxes(self, *options):
        return self.lines(self.run_well("detect", *self.net, "b.png", "--thresh", ".01", *options))[1:]

    def test_classes_by_name_or_number(self):
        every = self.boxes()
        red, other = ([line for line in every if line.startswith(name)] for name in ("red", "other"))
        self.assertEqual((len(red), len(other)), (2, 2))
        self.assertEqual(self.boxes("--classes", "red"), red)
        self.assertEqual(self.boxes("--classes", "1"), other)
        self.assertEqual(self.boxes("--classes", "other,0"), every)
        for wrong in ("blue", "2", "-1", "red,,other", ""):
            if wrong:
                self.assert_refused(
                    USAGE, "no class of this network", "detect", *self.net, "b.png", f"--classes={wrong}"
                )

    def test_the_most_probable_boxes(self):
        self.assertEqual(len(self.boxes("--max-detections", "1")), 2)  # one box, with both classes
        self.assertEqual(len(self.boxes("--max-detections", "2")), 4)
        self.assert_refused(USAGE, "max-detections", "detect", *self.net, "b.png", "--max-detections", "0")

    def test_agnostic_suppression(self):
        self.put("c.png", picture((1, 1), (2, 1)))
        both = ("detect", *self.net, "c.png", "--nms", ".3", "--thresh", ".01")
        self.assertEqual(len(self.lines(self.run_well(*both))), 3)  # each class of its own
        self.assertEqual(len(self.lines(self.run_well(*both, "--agnostic-nms"))), 3)
        # A box of another class that lies on the first one goes where all classes are one.
        only = self.run_well(*both, "--agnostic-nms", "--out", "o.json")
        self.assertIn("red", only)
        objects = json.loads((self.folder / "o.json").read_text())[0]["objects"]
        self.assertEqual(len({o["relative_coordinates"]["center_x"] for o in objects}), 1)


class Files(ProgramTest):
    def test_json_lines(self):
        self.run_well("detect", *self.net, "a.png", "b.png", "--jsonl", "o.jsonl")
        lines = [json.loads(line) for line in (self.folder / "o.jsonl").read_text().splitlines()]
        self.assertEqual([(line["file"], len(line["objects"])) for line in lines], [("a.png", 1), ("b.png", 2)])
        self.assertEqual(
            {k: lines[0]["objects"][0][k] for k in ("name", "left", "top", "width", "height")},
            {"name": "red", "left": 4, "top": 12, "width": 16, "height": 16},
        )

    def test_coco_results(self):
        self.put("000000000042.png", picture((1, 2)))
        self.put("black.png", picture())
        out = self.run_well("detect", *self.net, "black.png", "000000000042.png", "b.png", "--coco", "-")
        results = json.loads(out)
        self.assertEqual([r["image_id"] for r in results], [42, "b", "b"])
        self.assertEqual(results[0]["bbox"], [4, 12, 16, 16])
        self.assertEqual(results[1]["bbox"], [0, 0, 12, 12])  # cut at the picture's edges
        self.assertEqual(results[0]["category_id"], 1)
        self.assertEqual(json.loads(self.run_well("detect", *self.net, "black.png", "--coco", "-")), [])

    def test_labels_with_probabilities(self):
        self.run_well("detect", *self.net, "a.png", "--labels", "labels", "--save-conf")
        self.assertRegex(
            (self.folder / "labels/a.txt").read_text(), r"^0 0\.3750 0\.6250 0\.5000 0\.5000 0\.98\d{4}\n$"
        )

    def test_crops(self):
        self.run_well("detect", *self.net, "a.png", "b.png", "--crops", "crops")
        names = sorted(path.name for path in (self.folder / "crops").iterdir())
        self.assertEqual(names, ["a-1-red.png", "b-1-red.png", "b-2-red.png"])
        sizes = [struct.unpack(">II", (self.folder / "crops" / name).read_bytes()[16:24]) for name in names]
        self.assertEqual(sizes, [(16, 16), (12, 12), (12, 12)])

    def test_a_crop_has_every_pixel_that_the_box_touches(self):
        red, black = (255, 0, 0), (0, 0, 0)
        rows = [[red if 6 <= x < 14 and 14 <= y < 22 else black for x in range(33)] for y in range(33)]
        self.put("a.png", png(rows))
        self.run_well("detect", *self.net, "a.png", "--fit", "stretch", "--crops", "crops")
        crop = (self.folder / "crops/a-1-red.png").read_bytes()
        self.assertEqual(struct.unpack(">II", crop[16:24]), (17, 17))  # 4.125 to 20.625, 12.375 to 28.875

    def test_a_crop_is_named_in_whole_characters(self):
        self.put("net.names", "x/" + 40 * "\u0439" + "\nother\n")
        self.run_well("detect", *self.net, "a.png", "--crops", "crops")
        names = [path.name for path in (self.folder / "crops").iterdir()]
        self.assertEqual(names, ["a-1-x-" + 29 * "\u0439" + ".png"])

    def test_a_picture_is_turned_upright_and_darknets_form_takes_it_as_it_is(self):
        # A PNG with Exif orientation 6: its left column is shown as the top row.
        tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
        stored = picture((1, 2))
        at = stored.index(b"IDAT") - 4
        exif = struct.pack(">I", len(tiff)) + b"eXIf" + tiff + struct.pack(">I", zlib.crc32(b"eXIf" + tiff))
        self.put("turned.png", stored[:at] + exif + stored[at:])
        out = self.lines(self.run_well("detect", *self.net, "turned.png", "--draw", "seen"))
        self.assertEqual(out[1:], [red_line(1, 1)])
        as_darknet = self.run_well("detect", "net.cfg", "net.weights", "turned.png", "-ext_output")
        self.assertIn("left_x:    4   top_y:   12", as_darknet)

    def test_what_a_folder_holds_besides_is_counted_once(self):
        self.put("many/a.png", picture())
        self.put("many/deep/b.png", picture((0, 0)))
        self.put("many/notes.txt", "")
        done = self.run_program("detect", *self.net, "many")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.err.count("not read"), 1)
        self.assertIn("1 file", done.err)
        (self.folder / "many/notes.txt").unlink()
        out = self.lines(self.run_well("detect", *self.net, "many", "--recursive"))
        self.assertEqual(out, ["many/a.png", "many/deep/b.png", red_line(0, 0)])

    def test_machines_that_share_a_folder(self):
        names = [f"many/{i}.png" for i in range(5)]
        for name in names:
            self.put(name, picture((0, 0)))

        def shard(which):
            self.run_well("detect", *self.net, "many", "--shard", which, "--jsonl", "part.jsonl")
            lines = (self.folder / "part.jsonl").read_text().splitlines()
            return [json.loads(line)["file"] for line in lines]

        self.assertEqual([shard("1/2"), shard("2/2")], [names[::2], names[1::2]])
        self.assertEqual(shard("6/6"), [])  # more machines than pictures
        self.assert_refused(USAGE, "--shard: '3/2' is no part", "detect", *self.net, "many", "--shard", "3/2")

    def test_json(self):
        self.run_well("detect", *self.net, "a.png", "b.png", "--out", "o.json")
        text = (self.folder / "o.json").read_text()
        self.assertTrue(text.startswith('[\n{\n "frame_id":1, \n "filename":"a.png", \n "objects": [ \n'))
        frames = json.loads(text)
        self.assertEqual(
            [(f["frame_id"], f["filename"], len(f["objects"])) for f in frames],
            [(1, "a.png", 1), (2, "b.png", 2)],
        )
        red = frames[0]["objects"][0]
        self.assertEqual((red["class_id"], red["name"]), (0, "red"))
        self.assertAlmostEqual(red["confidence"], 0.98197, places=4)
        box = red["relative_coordinates"]
        self.assertEqual(
            [box[k] for k in ("center_x", "center_y", "width", "height")], [0.375, 0.625, 0.5, 0.5]
        )

    def test_json_and_csv_on_standard_output_in_place_of_the_text(self):
        out = self.run_well("detect", *self.net, "a.png", "--out", "-")
        self.assertEqual(json.loads(out)[0]["filename"], "a.png")
        rows = list(csv.DictReader(io.StringIO(self.run_well("detect", *self.net, "a.png", "--csv", "-"))))
        self.assertEqual([row["name"] for row in rows], ["red"])
        self.assert_refused(USAGE, "cannot both", "detect", *self.net, "a.png", "--csv", "-", "--out", "-")

    def test_json_without_boxes(self):
        self.put("black.png", picture())
        self.run_well("detect", *self.net, "black.png", "--out", "o.json")
        self.assertEqual(json.loads((self.folder / "o.json").read_text())[0]["objects"], [])

    def test_csv(self):
        self.run_well("detect", *self.net, "a.png", "b.png", "--csv", "o.csv")
        with open(self.folder / "o.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(
            [(r["file"], r["name"], float(r["left"]), float(r["top"])) for r in rows],
            [("a.png", "red", 4, 12), ("b.png", "red", -4, -4), ("b.png", "red", 20, 20)],
        )

    def test_csv_is_text_whatever_names_are(self):
        self.put("net.names", b"r\xff\x1bd\nother\n")
        self.put("x\n.png", picture((1, 2)))
        out = self.run_well("detect", *self.net, "x\n.png", "--csv", "-")
        self.assertEqual(out.splitlines()[1:], ["x\\n.png,0,r\\xff\\x1bd,0.981969,4.0,12.0,16.0,16.0"])
        self.assertIn("r\\xff\\x1bd: 98%", self.run_well("detect", *self.net, "a.png"))

    def test_labels(self):
        self.run_well("detect", *self.net, "a.png", "b.png", "--labels", "labels")
        self.assertEqual((self.folder / "labels/a.txt").read_text(), "0 0.3750 0.6250 0.5000 0.5000\n")
        self.assertEqual(len((self.folder / "labels/b.txt").read_text().splitlines()), 2)

    def test_drawings_are_pictures_with_more_colours(self):
        self.run_well("detect", *self.net, "a.png", "--draw", "seen")
        drawn = (self.folder / "seen/a.png").read_bytes()
        self.assertTrue(drawn.startswith(b"\x89PNG"))
        self.assertNotEqual(drawn, (self.folder / "a.png").read_bytes())
        self.run_well("detect", *self.net, "seen/a.png")  # it can be read again

    def test_drawing_with_a_font(self):
        self.put("net.names", "H\u0439\nother\n")
        self.put("wide.png", png([[(255, 0, 0)] * 320] * 160))
        drawn = []
        for font in [], ["--font", FONTS / "good/tiny.ttf"], ["--font", FONTS / "good/tiny.otf"]:
            self.run_well("detect", *self.net, "wide.png", "--draw", "seen", *font)
            drawn.append((self.folder / "seen/wide.png").read_bytes())
        self.assertNotEqual(drawn[0], drawn[1])
        self.assertEqual(drawn[1], drawn[2])  # the same letters, as TrueType and as CFF

    def test_a_font_that_cannot_be_used(self):
        draw = ("detect", *self.net, "a.png", "--draw", "seen", "--font")
        self.assert_refused(CANNOT_READ, "gone.ttf: ", *draw, "gone.ttf")
        self.assert_refused(MALFORMED, "net.cfg: this is a file of an unknown kind", *draw, "net.cfg")
        for name in "cut.ttf", "table-beyond-end.ttf", "many-glyphs.ttf", "cut.otf":
            self.assert_refused(MALFORMED, [name, "damaged font"], *draw, FONTS / "bad" / name)
        self.put("f.ttf", (FONTS / "good/tiny.ttf").read_bytes())
        self.assert_refused(USAGE, "f.ttf: is an input", *draw, "f.ttf", "--csv", "f.ttf")

    def test_drawing_of_standard_input(self):
        self.run_well("detect", *self.net, "-", "--draw", "seen", input=picture((1, 2)))
        self.assertTrue((self.folder / "seen/stdin.png").is_file())


if __name__ == "__main__":
    unittest.main()
