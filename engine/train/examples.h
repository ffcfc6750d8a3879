// Pictures to learn from: loaded, changed at random, and laid out as a network reads them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/eval/truth.h"
#include "engine/train/augmentation.h"
#include "kernels/tensor.h"
#include "parsers/image.h"
#include "parsers/result.h"

namespace nightjar {

struct TrainingPicture {
  Image picture;
  std::vector<Truth> truths;
};

// Pictures with their labels, by number. Asked by any thread, and by several at once. All have as many
// channels as the network's input. Of a classifier's, the truths' classes count, and their boxes do not.
class TrainingSet {
 public:
  virtual ~TrainingSet() = default;
  virtual int size() const = 0;
  // Errors: those of the picture's file or of its labels.
  virtual Result<TrainingPicture> load(int index) const = 0;
};

// As Learner::write_picture() and write_truth() take it.
struct Example {
  std::vector<float> picture;  // (channels, height, width), planar, 0 to 1
  std::vector<float> truth;    // TrueBox::shape(boxes); of a classifier, a share for each class
};

// Examples without end. Each is a function of the seed and its number alone: neither the threads that make
// them nor where the stream starts changes one, so that a training that was cut short goes on with the same.
// The set is gone through in an order of its own in each epoch; a picture that cannot be had is told once and
// another takes its place.
class ExampleStream {
 public:
  struct Options {
    std::uint64_t seed = 0;
    std::uint64_t first = 0;  // the number of the example to start with
    // That make examples, beside who waits in next() for them, and how many they may be ahead of him while
    // nobody waits. With 0 they work only while he does: where the network computes on the same cores, each
    // example has to be made some time, and a thread that takes a core in the middle of a loop holds up all
    // others of that loop. For a network on a GPU, a batch or two.
    int threads = 1, ahead = 0;
    int boxes = 90;   // of a truth, at most
    int classes = 0;  // of a classifier, whose truth is a share for each; 0: boxes
    std::int64_t cache_bytes = std::int64_t{1} << 30;  // for decoded pictures, which are kept
    std::function<void(const Error&)> told = {};       // of a picture that is left out; called in next()
  };
  static Result<std::unique_ptr<ExampleStream>> create(std::shared_ptr<const TrainingSet> set,
                                                       const Augmentation& augmentation, Options options);
  virtual ~ExampleStream() = default;

  // The next `count` at `input`'s extents. Errors: no picture of the set can be had.
  virtual Result<std::vector<Example>> next(int count, const Shape& input) = 0;
  virtual std::uint64_t served() const = 0;  // first + how many next() has given
  virtual int left_out() const = 0;          // pictures of the set that cannot be had, so far
};

}  // namespace nightjar
