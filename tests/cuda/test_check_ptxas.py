"""The check finds what it is there to find."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_ptxas  # noqa: E402


def report(kernel, spilled, more=""):
    return (
        f"ptxas info    : Compiling entry function '{kernel}' for 'sm_90a'\n"
        f"ptxas info    : Function properties for {kernel}\n"
        f"    {spilled} bytes stack frame, {spilled} bytes spill stores, {spilled} bytes spill loads\n"
        f"ptxas info    : Used 168 registers, used 1 barriers\n{more}"
    )


class CheckPtxas(unittest.TestCase):
    def test_clean(self):
        self.assertEqual(check_ptxas.problems(report("conv_mma", 0)), ([], 1))

    def test_spill(self):
        wrong, _ = check_ptxas.problems(report("conv_mma", 0) + report("conv_simt_kernel", 8))
        self.assertEqual(wrong, ["sm_90a conv_simt_kernel: 8 bytes of stack, 8 + 8 bytes spilled"])

    def test_other_kernels_may_spill(self):
        self.assertEqual(check_ptxas.problems(report("softmax", 8)), ([], 0))

    def test_warnings(self):
        for line in (
            "ptxas warning : Value of threads per SM for entry conv_x is out of range. .minnctapersm will be ignored\n",
            "ptxas info    : (C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized due to x\n",
        ):
            wrong, _ = check_ptxas.problems(report("conv_mma", 0, line))
            self.assertEqual(wrong, [line.strip()])


if __name__ == "__main__":
    unittest.main()
