// A training, update by update: lessons, runs of the network, the update.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/train/checkpoint.h"
#include "engine/train/learner.h"
#include "engine/train/lessons.h"
#include "engine/train/recipe.h"
#include "engine/train/sizes.h"
#include "parsers/cfg.h"

namespace nightjar {

struct TrainerOptions {
  std::uint64_t seed = 0;                  // of first weights, lessons and sizes
  int updates = 0;                         // 0: max_batches
  int frozen = 0;                          // so many layers at the beginning do not learn
  bool clear = false;                      // the pictures that `start` has seen do not count
  std::function<void(const Error&)> told;  // of what is left out
  ModelOptions model;
};

// What an update did.
struct UpdateReport {
  int update = 0;  // its number, from 1
  double rate = 0;
  double loss = 0;  // of an image, as Darknet prints it: the mean of the layers that have one
  int width = 0, height = 0;
  int images = 0;                        // pictures, or elements of sequences, of which the sums below are
  std::optional<float> loss_scale = {};  // behind it, where gradients are scaled (Learner::loss_scale)
  bool left_out = false;                 // one of them was no number, and nothing was changed
  std::vector<LossReport> layers = {};
};

class Trainer {
 public:
  // What a training begins with: a weights file, which may end with any layer; or where another one stopped.
  struct Start {
    std::string weights;  // empty: none
    std::optional<Checkpoint> checkpoint;
  };
  // `text`: the cfg's. Errors: malformed, of the cfg; usage, where a layer cannot be trained, nothing says
  // how long, or the checkpoint is another training's; those of the learner.
  static Result<std::unique_ptr<Trainer>> create(const std::string& text, const std::string& file,
                                                 const Material& material, Start start,
                                                 const TrainerOptions& options);

  // Errors: diverged, where a loss is no number, or gradients are none however they are scaled: nothing was
  // changed then; those of the lessons.
  Result<UpdateReport> update();

  int updates() const { return options_.updates; }  // that there will be
  int done() const { return update_; }
  std::uint64_t seen() const { return seen_; }
  double epochs() const;  // of the material, that were learned
  // The first layer whose parameters were drawn, the weights file ending before it.
  std::optional<int> first_drawn() const { return first_drawn_; }
  // What the next update will learn, of the cfg's size, to look at; none of a text.
  Result<std::vector<Example>> next_examples() const { return lessons_->look_ahead(recipe_.batch, input_); }
  const Shape& input() const { return input_; }  // as the cfg has it
  int left_out() const { return lessons_->left_out(); }
  const Recipe& recipe() const { return recipe_; }
  const Learner& learner() const { return *learner_; }
  // What the network is worth: averages of its parameters where they are kept, else these.
  Result<std::vector<std::vector<float>>> weights() const;
  // All of itself; who else goes on from there adds his own. Errors: diverged.
  Result<Checkpoint> checkpoint() const;

 private:
  Trainer() = default;
  Result<Graph> graph_at(const Shape& size) const;
  Result<void> start_from(Start start);
  Result<std::unique_ptr<ParameterSource>> open_start(const std::string& weights, const Graph& graph);
  Result<void> go_on_at(std::uint64_t update);
  Result<void> open_lessons(const Material& material);
  Result<void> take_size(int update);
  Result<void> run(UpdateReport& report);
  Result<void> follow_loss_scale(UpdateReport& report);
  std::optional<int> broken_layer() const;
  std::string name_of(int layer) const;
  Error diverged(const LossReport& loss) const;
  Error diverged(int update, const std::string& found) const;

  Cfg cfg_;
  Checkpoint terms_;  // under which a checkpoint of this training stands; without what was learned
  TrainerOptions options_;
  Recipe recipe_;
  InputSizes sizes_;
  Shape input_;  // as the cfg has it
  std::unique_ptr<Learner> learner_;
  std::unique_ptr<Lessons> lessons_;
  int update_ = 0;
  float left_out_updates_ = 0;
  std::uint64_t seen_ = 0;
  std::optional<int> first_drawn_;
};

}  // namespace nightjar
