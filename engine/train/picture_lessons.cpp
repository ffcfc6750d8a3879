#include <algorithm>
#include <utility>

#include "engine/train/augmentation.h"
#include "engine/train/lessons.h"

namespace nightjar {
namespace {

class PictureLessons : public Lessons {
 public:
  // Opens the stream from which the examples come, at the number of one.
  using Open = std::function<Result<std::unique_ptr<ExampleStream>>(std::uint64_t first)>;
  PictureLessons(Open open, std::unique_ptr<ExampleStream> examples)
      : open_(std::move(open)), examples_(std::move(examples)) {}

  Result<void> write(Learner& learner) override {
    const auto examples = examples_->next(learner.batch(), learner.graph().input);
    if (!examples) return examples.error();
    for (int image = 0; image < learner.batch(); ++image) {
      const Example& example = (*examples)[static_cast<std::size_t>(image)];
      if (auto done = learner.write_picture(image, example.picture); !done) return done;
      if (auto done = learner.write_truth(image, example.truth); !done) return done;
    }
    return {};
  }
  std::uint64_t served() const override { return examples_->served(); }
  int left_out() const override { return examples_->left_out(); }
  Result<std::vector<Example>> look_ahead(int count, const Shape& input) const override {
    const auto another = open_(served());
    return another ? (*another)->next(count, input) : another.error();
  }

 private:
  Open open_;
  std::unique_ptr<ExampleStream> examples_;
};

Result<std::unique_ptr<Lessons>> open(std::shared_ptr<const TrainingSet> set, const Cfg& cfg,
                                      const Learner& learner, const LessonsOptions& options) {
  const Graph& graph = learner.graph();
  if (learner.remembers())
    return Error{Failure::usage, cfg.file +
                                     ": a layer of it remembers, and pictures are no sequence; a text "
                                     "is (nightjar rnn train)"};
  const auto augmentation = read_augmentation(cfg);
  if (!augmentation) return augmentation.error();
  const Shape& truth = graph.shape(graph.training->truth);
  ExampleStream::Options stream;
  stream.seed = options.seed;
  stream.threads = options.threads;
  if (graph.heads.empty()) {
    stream.classes = static_cast<int>(truth.size());
  } else {
    stream.boxes = truth.c;
  }
  stream.told = options.told;
  const auto open_at = [=, changes = *augmentation](std::uint64_t first) {
    ExampleStream::Options at = stream;
    at.first = first;
    return ExampleStream::create(set, changes, std::move(at));
  };
  auto examples = open_at(options.served);
  if (!examples) return examples.error();
  return std::unique_ptr<Lessons>(new PictureLessons(open_at, std::move(*examples)));
}

}  // namespace

Material material_of(std::shared_ptr<const TrainingSet> set) {
  Material material;
  material.size = set->size();
  material.open = [set = std::move(set)](const Cfg& cfg, const Learner& learner,
                                         const LessonsOptions& options) {
    return open(set, cfg, learner, options);
  };
  return material;
}

}  // namespace nightjar
