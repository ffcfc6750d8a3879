// Bytes of a text, each to be told from those before it.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/train/checkpoint.h"
#include "engine/train/lessons.h"
#include "engine/train/random.h"

namespace nightjar {
namespace {

constexpr std::uint64_t place_purpose = 0x7e47;  // of a stream of random numbers
constexpr int runs_of_a_stretch = 64;            // that a sequence goes on for, on average

// Where sequences are. Each stretch begins at a place of its own, and its length is drawn a run at a time, so
// that the place in any run is found from a few runs before it.
class Places {
 public:
  // `last`: the last place that a run can begin at.
  Places(std::uint64_t seed, std::uint64_t sequences, int steps, int last)
      : seed_(seed), sequences_(sequences), steps_(steps), last_(last) {}

  struct Place {
    int at = 0;
    bool is_new = true;  // a stretch begins with it
  };
  Place of(int sequence, std::uint64_t run) const {
    std::uint64_t first = run;
    while (first > 0 && !draws_anew(sequence, first)) --first;
    Place place;
    for (std::uint64_t now = first; now <= run; ++now) {
      place.is_new = now == first || place.at > last_ - steps_;
      place.at = place.is_new ? random(sequence, now).below(last_ + 1) : place.at + steps_;
    }
    return place;
  }

 private:
  Random random(int sequence, std::uint64_t run) const {
    return {seed_, run * sequences_ + static_cast<std::uint64_t>(sequence), place_purpose};
  }
  bool draws_anew(int sequence, std::uint64_t run) const {
    Random numbers = random(sequence, run);
    numbers.next();  // the place
    return numbers.below(runs_of_a_stretch) == 0;
  }

  std::uint64_t seed_, sequences_;
  int steps_, last_;
};

class TextLessons : public Lessons {
 public:
  TextLessons(std::shared_ptr<const std::string> text, const Places& places, std::uint64_t run, int images)
      : text_(std::move(text)), places_(places), run_(run), images_(images) {}

  // Step t of sequence s is image t * sequences + s.
  Result<void> write(Learner& learner) override {
    const int sequences = learner.sequences(), steps = learner.batch() / sequences;
    for (int sequence = 0; sequence < sequences; ++sequence) {
      const auto [at, is_new] = places_.of(sequence, run_);
      if (is_new)
        if (auto done = learner.forget(sequence); !done) return done;
      for (int step = 0; step < steps; ++step)
        if (auto done = write(learner, step * sequences + sequence, at + step); !done) return done;
    }
    ++run_;
    return {};
  }
  std::uint64_t served() const override { return run_ * static_cast<std::uint64_t>(images_); }

 private:
  Result<void> write(Learner& learner, int image, int at) {
    const auto values = static_cast<std::size_t>(learner.graph().input.size());
    const auto byte = [&](int place) {
      return static_cast<unsigned char>((*text_)[static_cast<std::size_t>(place)]);
    };
    const auto one_of_all = [&](unsigned char chosen) -> const std::vector<float>& {
      one_.assign(values, 0);
      one_[chosen] = 1;
      return one_;
    };
    if (auto done = learner.write_picture(image, one_of_all(byte(at))); !done) return done;
    return learner.write_truth(image, one_of_all(byte(at + 1)));
  }

  std::shared_ptr<const std::string> text_;
  Places places_;
  std::uint64_t run_;  // the next one's number
  int images_;         // of a run
  std::vector<float> one_;
};

Result<void> check_network(const std::string& text, const std::string& name, const Cfg& cfg,
                           const Graph& graph) {
  constexpr std::int64_t bytes = 256;
  const std::int64_t values = graph.input.size(), truths = graph.shape(graph.training->truth).size();
  if (values > bytes || truths != values || !graph.heads.empty())
    return Error{Failure::usage, cfg.file + ": reads " + std::to_string(values) + " values and is told " +
                                     std::to_string(truths) +
                                     "; a network over bytes is needed, of as many of both, at most 256"};
  const auto unknown =
      std::find_if(text.begin(), text.end(), [&](char c) { return static_cast<unsigned char>(c) >= values; });
  if (unknown == text.end()) return {};
  return Error{Failure::malformed, name + ": byte " +
                                       std::to_string(int{static_cast<unsigned char>(*unknown)}) + " at " +
                                       std::to_string(unknown - text.begin()) + "; " + cfg.file +
                                       " knows 0 to " + std::to_string(values - 1)};
}

Result<std::unique_ptr<Lessons>> open(std::shared_ptr<const std::string> text, const std::string& name,
                                      const Cfg& cfg, const Learner& learner, const LessonsOptions& options) {
  if (auto fine = check_network(*text, name, cfg, learner.graph()); !fine) return fine.error();
  const int steps = learner.batch() / learner.sequences();
  if (text->size() <= static_cast<std::size_t>(steps))
    return Error{Failure::malformed, name + ": " + std::to_string(text->size()) + " bytes; a sequence of " +
                                         std::to_string(steps) + " and the byte behind it are needed"};
  const Places places(options.seed, static_cast<std::uint64_t>(learner.sequences()), steps,
                      static_cast<int>(text->size()) - steps - 1);
  const std::uint64_t run = options.served / static_cast<std::uint64_t>(learner.batch());
  return std::unique_ptr<Lessons>(new TextLessons(std::move(text), places, run, learner.batch()));
}

}  // namespace

Material material_of(std::string text, const std::string& name) {
  Material material;
  material.size = static_cast<int>(text.size());
  material.fingerprint = fingerprint(text);
  material.unit = "bytes";
  material.open = [text = std::make_shared<const std::string>(std::move(text)), name](
                      const Cfg& cfg, const Learner& learner, const LessonsOptions& options) {
    return open(text, name, cfg, learner, options);
  };
  return material;
}

}  // namespace nightjar
