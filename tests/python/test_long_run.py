"""A hundred thousand calls take no more memory than a thousand."""

from package import PackageTest, array, main


def resident_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


class LongRun(PackageTest):
    def test_memory_is_flat(self):
        model, picture = self.load(threads=1), array((1, 2))
        image = model.fit(picture)[None]

        def call(times):
            for _ in range(times):
                found = model.detect(picture)
                assert len(found) == 1, found
                found.names

        for _ in range(100):
            model.forward(image)
        call(1000)
        before = resident_kib()
        call(100_000)
        for _ in range(10_000):
            model.forward(image)
        self.assertLess(resident_kib() - before, 1024)


if __name__ == "__main__":
    main()
