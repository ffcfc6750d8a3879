#include <algorithm>
#include <utility>

#include "engine/train/augmentation.h"
#include "engine/train/lessons.h"

namespace nightjar {
namespace {

class PictureLessons : public Lessons {
 public:
  explicit PictureLessons(std::unique_ptr<ExampleStream> examples) : examples_(std::move(examples)) {}

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

 private:
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
  stream.first = options.served;
  stream.threads = options.threads;
  if (graph.heads.empty()) {
    stream.classes = static_cast<int>(truth.size());
  } else {
    stream.boxes = truth.c;
  }
  stream.told = options.told;
  auto examples = ExampleStream::create(std::move(set), *augmentation, std::move(stream));
  if (!examples) return examples.error();
  return std::unique_ptr<Lessons>(new PictureLessons(std::move(*examples)));
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
