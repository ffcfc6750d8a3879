#include "apps/nightjar/bench/turns.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "apps/nightjar/bench/check.h"
#include "apps/nightjar/bench/measure.h"
#include "apps/nightjar/files/line_reader.h"
#include "apps/nightjar/report.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

using Json = nlohmann::ordered_json;

Json figures(const Timings& timings, int passes) {
  return {{"best", timings.best() / passes}, {"median", timings.quantile(.5) / passes}};
}

class Contestant {
 public:
  explicit Contestant(const Model& model) : model_(model) {}

  Result<Json> prepare(int batch) {
    const auto began = std::chrono::steady_clock::now();
    auto context = Context::create(model_, batch);
    if (!context) return context.error();
    if (auto done = make_up_inputs(model_, batch, *context); !done) return done.error();
    contexts_.insert_or_assign(batch, std::move(*context));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    return Json{{"batch", batch}, {"device", model_.device()}, {"isa", model_.isa()}, {"ms", took.count()}};
  }

  Result<Json> time(int batch, double seconds) {
    constexpr double milliseconds_of_series = 30;
    constexpr int most_passes = 100;
    const auto found = contexts_.find(batch);
    if (found == contexts_.end())
      return Error{Failure::usage, "nothing is prepared for a batch of " + std::to_string(batch)};
    Context& context = found->second;
    const auto alone = measure_for([&] { return context.run(); }, seconds / 2);
    if (!alone) return alone.error();
    const int passes = std::clamp(static_cast<int>(milliseconds_of_series / alone->best()), 2, most_passes);
    const auto series = measure_for([&] { return context.run(passes); }, seconds / 2);
    if (!series) return series.error();
    return Json{{"wall_ms", figures(*alone, 1)}, {"series_ms", figures(*series, passes)}};
  }

 private:
  const Model& model_;
  std::map<int, Context> contexts_;  // by batch
};

// Nothing: there is no such line.
std::optional<Result<Json>> answer(Contestant& contestant, const std::string& line) {
  std::istringstream words(line);
  std::string what, more;
  int batch = 0;
  double seconds = 0;
  words >> what >> batch;
  const bool timed = what == "time";
  if (timed) words >> seconds;
  if (!words || (!timed && what != "prepare") || words >> more) return std::nullopt;
  return timed ? contestant.time(batch, seconds) : contestant.prepare(batch);
}

}  // namespace

Result<void> take_turns(const ModelArguments& network) {
  const auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  Contestant contestant(loaded->model);
  for (LineReader lines;;) {
    const auto line = lines.next();
    if (!line) return line.error();
    if (!*line) return {};
    const auto said = answer(contestant, **line);
    if (!said)
      return Error{Failure::usage, "standard input: " + in_quotes(**line) +
                                       "; --turns answers 'prepare BATCH' and 'time BATCH SECONDS'"};
    const Json json = *said ? **said : Json{{"error", said->error().message}};
    const auto text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    if (auto done = print_part(text); !done) return done;
  }
}

}  // namespace nightjar
