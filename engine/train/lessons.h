// What a training learns from, whatever that is: written into the network a run at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/train/examples.h"
#include "engine/train/learner.h"
#include "parsers/cfg.h"

namespace nightjar {

class Lessons {
 public:
  virtual ~Lessons() = default;
  // What the next run reads, and what is right for it.
  virtual Result<void> write(Learner& learner) = 0;
  virtual std::uint64_t served() const = 0;   // images, since the training began
  virtual int left_out() const { return 0; }  // of what there is to learn from
  // So many pictures that come next, which are still to be learned; of a text none.
  virtual Result<std::vector<Example>> look_ahead(int, const Shape&) const { return std::vector<Example>(); }
};

struct LessonsOptions {
  std::uint64_t seed = 0;
  std::uint64_t served = 0;  // where to go on
  int threads = 1;
  std::function<void(const Error&)> told = {};  // of what is left out
};

// What there is to learn from, before a network is known.
struct Material {
  int size = 0;                   // pictures, bytes
  std::uint64_t fingerprint = 0;  // of what is in memory; 0 of files
  const char* unit = "pictures";  // what size counts
  // Errors: malformed, usage, where it is not for this network.
  std::function<Result<std::unique_ptr<Lessons>>(const Cfg& cfg, const Learner& learner,
                                                 const LessonsOptions& options)>
      open;
};

Material material_of(std::shared_ptr<const TrainingSet> set);

// A text, of which a network over bytes learns the one that follows: sequences from places of their own,
// which go on from run to run as long as the text does, and now and then begin elsewhere
// (docs/darknet-format.md section 12.9).
Material material_of(std::string text, const std::string& name);

}  // namespace nightjar
