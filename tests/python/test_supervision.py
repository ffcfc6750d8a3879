"""supervision takes what was found as it is."""

import numpy as np
from package import PackageTest, array, main, needs


class Supervision(PackageTest):
    @needs("supervision")
    def test_detections(self):
        import supervision

        found = self.load().detect(array((0, 0), (3, 3)))
        theirs = supervision.Detections(xyxy=found.xyxy, confidence=found.confidence, class_id=found.class_id)
        self.assertEqual(len(theirs.with_nms(0.5)), 2)
        self.assertTrue(np.shares_memory(theirs.xyxy, found.xyxy))


if __name__ == "__main__":
    main()
