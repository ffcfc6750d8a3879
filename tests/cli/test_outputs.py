"""Outputs appear whole or not at all, are checked before any work is done, and never overwrite an input."""

import json
import os
import resource
import signal
import subprocess
import time
import unittest
from pathlib import Path

import program
from program import CANNOT_WRITE, USAGE, ProgramTest, picture


class Refused(ProgramTest):
    def refused(self, mentioned, *outputs, code=CANNOT_WRITE):
        # The picture is not there: an output that cannot be is found before that.
        self.assert_refused(code, mentioned, "detect", *self.net, "gone.png", *outputs)

    def test_places_that_are_not_there(self):
        self.put("file", "")
        for option in ("--out", "--csv", "--labels", "--draw"):
            with self.subTest(option=option):
                self.refused("no/where", option, "no/where/x")
                self.refused("file/x", option, "file/x")
        for option in ("--labels", "--draw"):
            self.refused("file: ", option, "file")

    def test_a_folder_in_place_of_a_file(self):
        (self.folder / "folder").mkdir()
        for option in ("--out", "--csv"):
            self.refused("folder", option, "folder")
            self.refused("new/", option, "new/")

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become somebody else")
    def test_places_that_belong_to_somebody_else(self):
        self.folder.chmod(0o755)
        (self.folder / "labels").mkdir()
        self.put("old.json", "old")
        for option, path in (
            ("--out", "o.json"),
            ("--out", "old.json"),
            ("--labels", "labels"),
            ("--draw", "new"),
        ):
            with self.subTest(option=option, path=path):
                self.assert_refused(
                    CANNOT_WRITE,
                    [path, "Permission denied"],
                    "detect",
                    *self.net,
                    "gone.png",
                    option,
                    path,
                    user=65534
                )

    def test_inputs_are_not_overwritten(self):
        os.link(self.folder / "a.png", self.folder / "same.png")
        (self.folder / "link.png").symlink_to("a.png")
        for output in ("a.png", "same.png", "link.png", "net.weights", "net.cfg", "net.names"):
            with self.subTest(output=output):
                self.assert_refused(
                    USAGE, [output, "would be overwritten"], "detect", *self.net, "a.png", "--out", output
                )
        self.assert_refused(USAGE, "would be overwritten", "detect", *self.net, "a.png", "--draw", ".")

    def test_two_results_for_one_file(self):
        self.put("x/1.png", picture())
        self.put("y/1.png", picture())
        self.assert_refused(
            USAGE, "seen/1.png: two results", "detect", *self.net, "x/1.png", "y/1.png", "--draw", "seen"
        )
        self.run_well("detect", *self.net, "x/1.png", "x/1.png", "--draw", "seen")

    def test_one_file_by_two_names(self):
        (self.folder / "LL").mkdir()
        (self.folder / "link").symlink_to("LL")
        (self.folder / "same.json").symlink_to("o.json")
        self.put("o.json", "old")
        for first, second in (
            ("x", "./x"),
            ("LL/x", "link/x"),
            ("x", self.folder / "LL/../x"),
            ("o.json", "same.json"),
        ):
            with self.subTest(first=first, second=second):
                self.assert_refused(
                    USAGE, "two results", "detect", *self.net, "a.png", "--out", first, "--csv", second
                )
        for outputs in (
            ("--out", "./LL/a.txt", "--labels", "LL"),
            ("--csv", "LL/a.txt", "--labels", "./link"),
            ("--out", "LL/a.png", "--draw", "link/"),
            ("--labels", "LL", "--csv", self.folder / "LL/a.txt"),
        ):
            with self.subTest(outputs=outputs):
                self.assert_refused(USAGE, "two results", "detect", *self.net, "a.png", *outputs)
        self.put("c.txt", (self.folder / "a.png").read_bytes())
        self.assert_refused(USAGE, "two results", "detect", *self.net, "c.txt", "--labels", "LL", "--draw", "link")
        self.run_well("detect", *self.net, "a.png", "--out", "LL/x", "--csv", "x", "--labels", "LL", "--draw", "LL")

    def test_lists_and_other_inputs_are_not_overwritten(self):
        self.put("list", "a.png\n")
        self.assert_refused(
            USAGE, "would be overwritten", "detect", *self.net, "@list", "--out", "./list"
        )

    def test_reports_and_dumps_overwrite_nothing(self):
        bench = ("bench", "--cfg", "net.cfg", "--synth", "--repeat", "1")
        self.assert_refused(USAGE, "two results", *bench, "--json", "x", "--svg", "./x")
        self.assert_refused(USAGE, "would be overwritten", *bench, "--json", "./net.cfg")
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 32, 32), }".ljust(117) + "\n"
        self.put("out/000.npy", b"\x93NUMPY\1\0\x76\0" + header.encode() + bytes(4 * 3 * 32 * 32))
        self.assert_refused(
            USAGE, "would be overwritten", "dump", *self.net[:4], "--input", "out/000.npy", "--out", "./out"
        )

    def test_a_run_without_a_result_writes_nothing(self):
        self.put("bad.png", "")
        self.assert_refused(
            4,
            "bad.png",
            "detect",
            *self.net,
            "bad.png",
            "--out",
            "o.json",
            "--csv",
            "o.csv",
            "--labels",
            "labels",
            "--draw",
            "seen"
        )

    def test_dump_leaves_no_part_of_its_files(self):
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 32, 32), }".ljust(117) + "\n"
        self.put("x.npy", b"\x93NUMPY\1\0\x76\0" + header.encode() + bytes(4 * 3 * 32 * 32))
        (self.folder / "out/001.npy").mkdir(parents=True)
        self.assert_refused(
            CANNOT_WRITE, "out/001.npy", "dump", *self.net[:4], "--input", "x.npy", "--out", "out"
        )


class Atomic(ProgramTest):
    def test_an_old_file_is_replaced_whole(self):
        self.put("o.json", "old " * 9999).chmod(0o640)
        self.run_well("detect", *self.net, "a.png", "--out", "o.json")
        json.loads((self.folder / "o.json").read_text())
        self.assertEqual((self.folder / "o.json").stat().st_mode & 0o777, 0o640)
        self.assertFalse([name for name in self.files() if ".tmp" in name])

    def test_new_files_obey_the_umask(self):
        self.run_well("detect", *self.net, "a.png", "--out", "o.json", umask=0o027)
        self.assertEqual((self.folder / "o.json").stat().st_mode & 0o777, 0o640)

    def test_devices_and_pipes_are_written_to(self):
        self.run_well("detect", *self.net, "a.png", "--out", "/dev/null")
        self.assertTrue(os.path.exists("/dev/null") and not os.path.isfile("/dev/null"))
        os.mkfifo(self.folder / "pipe")
        self.assert_refused(
            CANNOT_WRITE, "pipe", "detect", *self.net, "a.png", "--out", "pipe"
        )  # nobody reads it
        with subprocess.Popen(["cat", "pipe"], cwd=self.folder, stdout=subprocess.PIPE) as reader:
            reader_fd = os.open(self.folder / "pipe", os.O_RDWR)  # the pipe is open from here on
            self.run_well("detect", *self.net, "a.png", "--out", "pipe")
            os.close(reader_fd)
            self.assertEqual(json.loads(reader.stdout.read())[0]["filename"], "a.png")

    def test_full_devices(self):
        self.assert_refused(
            CANNOT_WRITE,
            "/dev/full: cannot be written: No space left",
            "detect",
            *self.net,
            "a.png",
            "--out",
            "/dev/full"
        )
        with open("/dev/full", "wb") as full:
            for command in (
                ("detect", *self.net, "a.png"),
                ("--help",),
                ("layers", "net.cfg"),
                ("detect", "--help"),
            ):
                with self.subTest(command=command):
                    self.assert_refused(
                        CANNOT_WRITE,
                        "standard output: cannot be written: No space left",
                        *command,
                        stdout=full
                    )

    def test_a_limit_on_file_sizes(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        self.put("o.json", "old")
        self.assert_refused(
            CANNOT_WRITE,
            ["o.json", "File too large"],
            "detect",
            *self.net,
            "a.png",
            "--out",
            "o.json",
            preexec_fn=limit
        )


class Streams(ProgramTest):
    def test_a_reader_that_leaves_ends_the_program_quietly(self):
        reading, writing = os.pipe()
        os.close(reading)
        with self.start("detect", *self.net, "a.png", "--out", "o.json", stdout=writing) as process:
            os.close(writing)
            self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(process.returncode, -signal.SIGPIPE)
        self.assertFalse([name for name in self.files() if "nightjar" in name or name == "o.json"])

    def test_closed_streams(self):
        def run_closed(fd, *arguments):
            with self.start("detect", *self.net, *arguments, preexec_fn=lambda: os.close(fd)) as process:
                process.stdout.read(), process.stderr.read()
            return process.returncode

        self.assertEqual(run_closed(0, "a.png"), 0)
        self.assertEqual(run_closed(0, "-"), 3)
        self.assertEqual(run_closed(1, "a.png", "--out", "o.json"), CANNOT_WRITE)
        self.assertEqual(run_closed(2, "a.png"), 0)
        self.assertFalse((self.folder / "o.json").exists())

    def test_a_slow_writer_on_standard_input(self):
        content = (self.folder / "a.png").read_bytes()
        with self.start("detect", *self.net, "-", stdin=subprocess.PIPE) as process:
            for i in range(0, len(content), 40):
                process.stdin.write(content[i : i + 40])
                process.stdin.flush()
                time.sleep(0.01)
            process.stdin.close()
            self.assertIn(b"red: 98%", process.stdout.read())


class Signals(ProgramTest):
    def waiting_process(self):
        """A run that has its output open and waits for a picture."""
        process = self.start("detect", *self.net, "-", "--out", "o.json", stdin=subprocess.PIPE)
        self.addCleanup(process.communicate)
        deadline = time.monotonic() + 30
        while not any(name.endswith(".tmp") for name in self.files()):
            self.assertLess(time.monotonic(), deadline, "the program opened no output")
            time.sleep(0.01)
        return process

    def test_interrupts_remove_temporaries_and_end_the_program(self):
        self.put("o.json", "old")
        before = self.files()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.waiting_process()
            process.send_signal(number)
            self.assertEqual(process.wait(10), -number)
            self.assertEqual(self.files(), before)
            self.assertEqual(process.stderr.read(), b"")

    def test_a_kill_leaves_the_old_output(self):
        self.put("o.json", "old")
        process = self.waiting_process()
        process.kill()
        process.wait(10)
        self.assertEqual((self.folder / "o.json").read_text(), "old")
        self.run_well("detect", *self.net, "a.png", "--out", "o.json")  # whatever the other one left
        self.assertNotEqual((self.folder / "o.json").read_text(), "old")

    def test_a_crash_removes_temporaries_too(self):
        before = self.files()
        sanitized = b"__asan_init" in Path(program.NIGHTJAR).read_bytes()  # which takes the others for itself
        for number in (signal.SIGABRT,) if sanitized else (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS):
            process = self.waiting_process()
            process.send_signal(number)
            self.assertEqual(process.wait(10), -number)
            self.assertEqual(self.files(), before)

    def test_an_ignored_signal_stays_ignored(self):
        process = self.start(
            "detect",
            *self.net,
            "-",
            stdin=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)
        )
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate((self.folder / "a.png").read_bytes(), timeout=30)
        self.assertEqual(process.returncode, 0)
        self.assertIn(b"red: 98%", out)


if __name__ == "__main__":
    unittest.main()
