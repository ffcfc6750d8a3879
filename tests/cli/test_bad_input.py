"""What nightjar refuses: exit code, one line that names the file, no output, nothing left behind."""

import os
import socket
import subprocess
import time
import unittest

from program import CANNOT_READ, DEVICE, MALFORMED, NIGHTJAR, TOO_LARGE, USAGE, CFG, ProgramTest, weights


class Several(ProgramTest):
    def test_of_several_pictures_that_fail_the_first_one_decides(self):
        self.put("text.jpg", "hello")
        for files, code in (
            (("missing.png", "text.jpg"), CANNOT_READ),
            (("text.jpg", "missing.png"), MALFORMED),
            (("a.png", "text.jpg", "b.png", "missing.png"), MALFORMED),
        ):
            with self.subTest(files=files):
                done = self.run_program("detect", *files, *self.net)
                self.assertEqual(done.returncode, code)
                self.assertEqual(done.err.count("nightjar: error: "), 2)


class Usage(ProgramTest):
    def test_command_lines_that_make_no_sense(self):
        detect = ("detect", *self.net, "a.png")
        cases = [
            ((), "usage: nightjar COMMAND"),
            (("detct",), ["'detct' is no command", "did you mean 'detect'?"]),
            (("help", "expalin"), "did you mean 'explain'?"),
            (("help", "nothing"), "'nothing' is no command"),
            ((*detect, "--tresh", ".3"), "did you mean '--thresh'?"),
            ((*detect, "--tresh=.3"), "did you mean '--thresh'?"),
            (("version", "--frob"), "--frob"),
            (("detect", "a.png", "--model", "yolo3-tiny"), "did you mean 'yolov3-tiny'?"),
            (("--frob",), "'--frob' is no command"),
            (("detect",), "IMAGE"),
            (("detect", "a.png"), "--model NAME"),
            (("detect", "a.png", "--model", "x", "--cfg", "net.cfg"), "--model NAME"),
            (("detect", "a.png", "--cfg", "net.cfg"), "--weights FILE"),
            (("detect", "a.png", "--weights", "net.weights"), "--cfg FILE"),
            ((*detect, "--frob"), "--frob"),
            ((*detect, "--thresh"), "--thresh"),
            ((*detect, "--fit", "crop"), "crop"),
            ((*detect, "--compat", "hank"), "hank"),
            ((*detect, "--device", "tpu"), "device 'tpu'"),
            ((*detect, "--device", "cuda:x"), "device 'cuda:x'"),
            ((*detect, "--precision", "fp8"), "fp8"),
            ((*detect, "--precision", "fp16"), "for CUDA devices"),
            ((*detect, "--conv", "mkl"), "mkl"),
            ((*detect, "--conv", "cudnn"), "for CUDA devices"),
            (("layers",), "CFG"),
            (("layers", "net.cfg", "more.cfg"), "more.cfg"),
            (("bench", "--cfg", "net.cfg", "--synth", "--format", "xml"), "xml"),
            (("dump", *self.net[:4], "--input", "x.npy"), "--out"),
            (("fetch",), "fetch what?"),
        ]
        for arguments, mentioned in cases:
            with self.subTest(arguments=arguments):
                self.assert_refused(USAGE, mentioned, *arguments)

    def test_numbers_out_of_range(self):
        numbers = {
            "--thresh": ("abc", "nan", "-1", "2", "", ".5x", "inf"),
            "--nms": ("1.5", "nan", "-0.1"),
            "--threads": ("0", "-1", "1000000", "2.5", "two"),
            "--batch": ("0", "-3", "100000", "99999999999999999999"),
            "--width": ("0", "-32", "1e3", "100000000"),
        }
        for option, values in numbers.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    self.assert_refused(
                        USAGE,
                        [option, f"'{value}'"] if value else option,
                        "detect",
                        *self.net,
                        "a.png",
                        option,
                        value,
                    )

    def test_help_and_version_go_to_standard_output(self):
        self.assertRegex(self.run_well("--version"), r"\Anightjar \d+\.\d+\.\d+\n\Z")
        self.assertIn("nightjar detect", self.run_well("--help"))
        for command in ("detect", "detector", "fetch", "layers", "explain", "bench", "dump"):
            with self.subTest(command=command):
                self.assertIn("xample", self.run_well(command, "--help"))

    def test_cuda_is_not_there(self):
        # Built without it, without a driver, without a device: each has its sentence. No machine has a thousand.
        for device in ("cuda:999", "cuda:1000"):
            self.assert_refused(DEVICE, device + ": ", "detect", *self.net, "a.png", "--device", device)

    def test_instruction_sets(self):
        self.assert_refused(
            USAGE, "mmx", "detect", *self.net, "a.png", env=self.environment(NIGHTJAR_ISA="mmx")
        )
        usual = self.lines(self.run_well("detect", *self.net, "a.png", "b.png"))
        portable = self.run_well(
            "detect", *self.net, "a.png", "b.png", env=self.environment(NIGHTJAR_ISA="portable")
        )
        self.assertEqual(self.lines(portable), usual)


class NoSuchFiles(ProgramTest):
    def refused(self, code, mentioned, image):
        self.assert_refused(code, [image, mentioned], "detect", *self.net, image)

    def test_pictures_that_cannot_be_read(self):
        os.mkfifo(self.folder / "fifo.png")
        (self.folder / "loop.png").symlink_to("loop.png")
        (self.folder / "empty").mkdir()
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.folder / "socket.png"))
        started = time.monotonic()
        self.refused(CANNOT_READ, "No such file or directory", "gone.png")
        self.refused(CANNOT_READ, "no .jpg", "empty")
        self.refused(CANNOT_READ, "symbolic links", "loop.png")
        self.refused(CANNOT_READ, "is a FIFO", "fifo.png")
        self.refused(CANNOT_READ, "socket.png", "socket.png")
        self.refused(CANNOT_READ, "is a device", "/dev/zero")
        self.refused(CANNOT_READ, "too long", "x" * 5000)
        self.refused(CANNOT_READ, "no file matches", "*.gif")
        self.refused(CANNOT_READ, "Not a directory", "a.png/b.png")
        self.assertLess(time.monotonic() - started, 10)

    @unittest.skipUnless(os.geteuid() == 0, "already not root: covered by the mode bits of the next test")
    def test_unreadable_as_another_user(self):
        (self.folder / "a.png").chmod(0)
        self.folder.chmod(0o755)
        self.assert_refused(
            CANNOT_READ, ["a.png", "Permission denied"], "detect", *self.net, "a.png", user=65534
        )

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_unreadable(self):
        (self.folder / "b.png").chmod(0)
        done = self.run_program("detect", *self.net, "b.png")
        self.assertEqual(done.returncode, CANNOT_READ)
        self.assertIn("Permission denied", done.err)
        (self.folder / "b.png").chmod(0o644)

    def test_strange_names_in_messages_are_escaped(self):
        done = self.assert_refused(CANNOT_READ, "No such file", "detect", *self.net, "a\n\x1bb.png")
        self.assertIn("a\\n\\x1bb.png", done.err)
        self.assert_refused(CANNOT_READ, "\\xff.png", "detect", *self.net, os.fsdecode(b"\xff.png"))

    def test_networks_that_are_not_there(self):
        for option in ("--cfg", "--weights", "--names"):
            arguments = list(self.net)
            arguments[arguments.index(option) + 1] = "gone"
            with self.subTest(option=option):
                self.assert_refused(CANNOT_READ, "gone: ", "detect", *arguments, "a.png")

    def test_of_two_mistakes_the_first_is_reported(self):
        done = self.run_program("detect", "--cfg", "no.cfg", "--weights", "no.weights", "a.png")
        self.assertEqual(done.returncode, CANNOT_READ)
        self.assertIn("no.cfg", done.err)
        self.assertEqual(len(done.err.splitlines()), 1)

    def test_standard_input_has_a_cap(self):
        with subprocess.Popen(["head", "-c", str(400 << 20), "/dev/zero"], stdout=subprocess.PIPE) as endless:
            self.assert_refused(TOO_LARGE, "standard input", "detect", *self.net, "-", stdin=endless.stdout)
            endless.stdout.close()


class Malformed(ProgramTest):
    def test_pictures_that_are_none(self):
        for content in (b"", b"x", b"hello, world\n" * 9, (self.folder / "a.png").read_bytes()[:60]):
            self.put("bad.png", content)
            with self.subTest(content=content[:10]):
                self.assert_refused(MALFORMED, "bad.png: ", "detect", *self.net, "bad.png")
        self.assert_refused(MALFORMED, "standard input: ", "detect", *self.net, "-", input="")

    def test_the_content_decides_and_not_the_name(self):
        self.put("really-png.jpg", (self.folder / "a.png").read_bytes())
        self.run_well("detect", *self.net, "really-png.jpg")

    def test_networks(self):
        cases = {
            "net.cfg": [
                "",
                "width=3\n",
                "<html>404</html>",
                CFG.replace("filters=7", "filters=8"),
                CFG.replace("[yolo]", "[yolov9]"),
                CFG[: CFG.index("[yolo]")],
            ],
            "net.weights": [b"", weights()[:-1], weights() + b"\0", b"<!DOCTYPE html>" * 10],
            "net.names": ["", "red\n"],
        }
        for name, contents in cases.items():
            good = (self.folder / name).read_bytes()
            for content in contents:
                self.put(name, content)
                with self.subTest(name=name, content=content[:40]):
                    self.assert_refused(MALFORMED, name, "detect", *self.net, "a.png")
            self.put(name, good)

    def test_weights_that_are_no_numbers(self):
        self.put("net.weights", weights()[:20] + b"\xff" * 112)
        self.assert_refused(MALFORMED, "layer 0", "detect", *self.net, "a.png")

    def test_unknown_keys_are_warned_about_and_refused_when_strict(self):
        self.put("net.cfg", CFG.replace("size=1", "size=1\nfrobnicate=1"))
        done = self.run_program("detect", *self.net, "a.png")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.err, r"\Anightjar: warning: net\.cfg:9: [^\n]*frobnicate[^\n]*\n\Z")
        self.assert_refused(MALFORMED, "frobnicate", "detect", *self.net, "a.png", "--strict")

    def test_of_many_warnings_some_are_told_and_the_others_counted(self):
        self.put("net.cfg", CFG.replace("size=1", "size=1\n" + "frobnicate=1\n" * 1000))
        done = self.run_program("detect", *self.net, "a.png")
        self.assertEqual(done.returncode, 0)
        lines = done.err.splitlines()
        self.assertEqual(len(lines), 21)
        self.assertEqual(lines[-1], "nightjar: warning: 980 further warnings of this kind")
        self.assertEqual(len(self.run_program("layers", "net.cfg").err.splitlines()), 21)

    def test_catalog(self):
        for content in ("", "[]", '{"models": [{"name": 3}]}', "\0"):
            self.put("catalog.json", content)
            with self.subTest(content=content):
                self.assert_refused(MALFORMED, "catalog.json", "fetch", "--list", "--catalog", "catalog.json")


class Process(ProgramTest):
    def test_memory_that_is_not_there(self):
        self.put("net.cfg", CFG.replace("width=32", "width=2097152").replace("height=32", "height=2097152"))
        self.assert_refused(TOO_LARGE, "net.cfg", "detect", *self.net, "a.png")

    def test_it_never_waits_for_a_terminal(self):
        done = subprocess.run(
            [NIGHTJAR, "detect", *self.net, "a.png"],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            start_new_session=True,
        )
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
