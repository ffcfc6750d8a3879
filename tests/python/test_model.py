"""Loading a network: what it says of itself, what it refuses, and its configuration as a value."""

import pickle

import numpy as np
from package import CFG, PackageTest, main, weights

import nightjar_darknet
from nightjar_darknet import Model, errors


class Loading(PackageTest):
    def test_facts(self):
        model = self.load()
        self.assertEqual((model.input_shape, model.layers, model.classes), ((3, 32, 32), 2, 2))
        self.assertEqual(model.names, ("red", "other"))
        (head,) = model.heads
        self.assertEqual((head.layer, head.kind, head.classes, head.slots, head.coordinates), (1, "yolo", 2, 1, 4))
        np.testing.assert_array_equal(head.anchors, [[16, 16]])
        self.assertIn("yolo head", model.explain())

    def test_from_memory(self):
        model = Model(CFG.encode(), weights(), names=["red", "other"])
        self.assertEqual(model.names, ("red", "other"))
        self.assertEqual(model.layers, 2)

    def test_size_of_the_input(self):
        self.assertEqual(self.load(width=64, height=96).input_shape, (3, 96, 64))

    def test_made_up_weights(self):
        first, same, other = (Model(self.cfg, None, synthesise=seed) for seed in (1, 1, 2))
        image = np.random.default_rng(0).random((1, 3, 32, 32), np.float32)
        values = [model.forward(image)[1] for model in (first, same, other)]
        np.testing.assert_array_equal(values[0], values[1])
        self.assertTrue((values[0] != values[2]).any())

    def test_version(self):
        self.assertRegex(nightjar_darknet.__version__, r"^\d+\.\d+\.\d+$")


class Refusing(PackageTest):
    def assert_refused(self, kind, mentioned, *arguments, **options):
        with self.assertRaises(kind) as caught:
            Model(*arguments, **options)
        self.assertIn(mentioned, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))
        return caught.exception

    def test_missing_file(self):
        error = self.assert_refused(errors.ReadError, "nowhere.cfg", self.folder / "nowhere.cfg", self.weights)
        self.assertEqual((error.file, error.line), (str(self.folder / "nowhere.cfg"), None))
        self.assertIsInstance(error, OSError)

    def test_place_in_a_cfg(self):
        bad = self.put("bad.cfg", CFG.replace("stride=8", "stride=none"))
        error = self.assert_refused(errors.MalformedError, "stride", bad, self.weights)
        self.assertEqual((error.file, error.line), (str(bad), CFG.splitlines().index("stride=8") + 1))
        self.assertIsInstance(error, ValueError)

    def test_bytes_have_a_name(self):
        error = self.assert_refused(errors.MalformedError, "stride", CFG.replace("stride=8", "stride=0").encode(), b"")
        self.assertEqual(error.file, "cfg")

    def test_weights_that_end_early(self):
        short = self.put("short.weights", weights()[:-4])
        self.assertEqual(self.assert_refused(errors.MalformedError, "short", self.cfg, short).file, str(short))

    def test_options(self):
        self.assert_refused(errors.UsageError, "fp64", self.cfg, self.weights, precision="fp64")
        self.assert_refused(errors.UsageError, "sparc", self.cfg, self.weights, device="cpu", isa="sparc")
        self.assert_refused(errors.NightjarError, "tpu", self.cfg, self.weights, device="tpu")

    def test_names_that_are_no_text_of_the_system(self):
        self.assert_refused(errors.ReadError, "", b"odd\xff.cfg".decode("utf-8", "surrogateescape"), self.weights)

    def test_errors_can_be_pickled(self):
        error = self.assert_refused(errors.ReadError, "nowhere", "nowhere.cfg", self.weights)
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(copy), str(copy), copy.file), (type(error), str(error), error.file))


class Configuration(PackageTest):
    def test_pickled_model_is_loaded_anew(self):
        model = self.load(threads=1, width=64, height=64, device="cpu")
        copy = pickle.loads(pickle.dumps(model))
        self.assertEqual(copy.config, model.config)
        self.assertEqual((copy.input_shape, copy.names, copy.config.threads), ((3, 64, 64), model.names, 1))

    def test_equal_where_the_arguments_are(self):
        self.assertEqual(self.load().config, self.load().config)
        self.assertNotEqual(self.load().config, self.load(threads=2).config)


if __name__ == "__main__":
    main()
