"""Every operation that can be exported computes in ONNX Runtime what its definition says, in each of the cases that
kernels are tried on."""

import os
import subprocess
import unittest

from onnx_runtime import ExportTest, numpy, onnx, session

LIMIT = 1e-5  # as tests/kernels/kernels_test.cpp has it


class Operations(ExportTest):
    def test_cases(self):
        subprocess.run([os.environ["OPERATION_MODELS"], self.folder], check=True)
        cases = (self.folder / "cases.txt").read_text().splitlines()
        self.assertGreater(len(cases), 100)
        for stem, name in (case.split(" ", 1) for case in cases):
            with self.subTest(name):
                model = self.folder / f"{stem}.onnx"
                onnx.checker.check_model(str(model), full_check=True)
                given, expected = (numpy.load(self.folder / f"{stem}.{what}.npy") for what in ("in", "out"))
                (values,) = session(model).run(None, {"input": given})
                self.assert_close(values, expected, LIMIT)


if __name__ == "__main__":
    unittest.main()
