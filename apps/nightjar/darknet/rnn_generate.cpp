// nightjar rnn generate: text from a network that has learned some, byte by byte; Darknet's syntax and
// defaults (docs/darknet-format.md section 9.8).
#include <unistd.h>

#include <algorithm>
#include <random>

#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/files.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

// A network over bytes, and what it remembers.
class ByteNetwork {
 public:
  static Result<ByteNetwork> load(const ModelArguments& arguments) {
    auto loaded = load_model(arguments);
    if (!loaded) return loaded.error();
    auto context = Context::create(loaded->model);
    if (!context) return context.error();
    constexpr std::int64_t most = 256;
    const std::int64_t values = loaded->model.input().size();
    if (values > most)
      return malformed(arguments.cfg, "reads " + std::to_string(values) + " values; a network over bytes " +
                                          std::to_string(most) + " at most");
    ByteNetwork network(arguments.cfg, std::move(*context), static_cast<std::size_t>(values));
    if (auto fine = network.check_output(); !fine) return fine.error();
    return network;
  }

  // An error (usage) for the first byte of a text that the network does not know.
  Result<void> check(const std::string& text) const {
    for (const unsigned char byte : text) {
      if (byte >= input_.size())
        return Error{Failure::usage, "-seed: byte " + std::to_string(byte) + "; " + cfg_ + " knows 0 to " +
                                         std::to_string(input_.size() - 1)};
    }
    return {};
  }

  // The probabilities of the byte behind this one.
  Result<std::vector<float>> read(unsigned char byte) {
    input_[byte] = 1;
    auto next = context_.forward(input_);
    input_[byte] = 0;
    return next;
  }

 private:
  Result<void> check_output() {
    const auto output = context_.forward(input_);
    if (!output) return output.error();
    if (output->size() != input_.size())
      return malformed(cfg_, "reads " + std::to_string(input_.size()) + " values and answers with " +
                                 std::to_string(output->size()) + "; as many are needed");
    return context_.reset();
  }

  ByteNetwork(std::string cfg, Context context, std::size_t values)
      : cfg_(std::move(cfg)), context_(std::move(context)), input_(values) {}

  std::string cfg_;
  Context context_;
  std::vector<float> input_;
};

// Draws by the probabilities that are not below 0.0001; where all are, the greatest.
unsigned char draw(std::vector<float> probabilities, std::mt19937& random) {
  constexpr float least = 1e-4f;
  double sum = 0;
  for (float& p : probabilities) {
    if (p < least) p = 0;
    sum += p;
  }
  double left = sum * (random() + 1.) / 4294967296.;  // in (0, sum]
  for (std::size_t i = 0; i < probabilities.size(); i++) {
    if (probabilities[i] > 0 && (left -= probabilities[i]) <= 0) return static_cast<unsigned char>(i);
  }
  const auto greatest = std::max_element(probabilities.begin(), probabilities.end());
  return static_cast<unsigned char>(greatest - probabilities.begin());
}

// Writes as the text comes. A terminal gets no control bytes but line ends and tabs.
class Text {
 public:
  explicit Text(OutputFile file) : file_(std::move(file)) {}

  Result<void> write(unsigned char byte) {
    const bool control = (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f;
    const std::string text(1, static_cast<char>(byte));
    return file_.write(terminal_ && control ? printable(text) : text);
  }
  Result<void> end() {
    if (auto done = file_.write("\n"); !done) return done;
    return file_.commit();
  }

 private:
  OutputFile file_;
  bool terminal_ = ::isatty(STDOUT_FILENO) != 0;
};

// Darknet's order: all of the seed but its last byte is read and written, then that is written, read, and
// followed. Without a seed a zero byte is read first.
Result<void> generate(ByteNetwork& network, const DarknetFlags& flags) {
  auto file = OutputFile::open("-");
  if (!file) return file.error();
  Text text(std::move(*file));
  std::mt19937 random(flags.random_seed ? static_cast<std::uint32_t>(*flags.random_seed)
                                        : std::random_device()());
  for (std::size_t i = 0; i < flags.seed.size(); i++) {
    const auto byte = static_cast<unsigned char>(flags.seed[i]);
    if (i + 1 < flags.seed.size())
      if (auto next = network.read(byte); !next) return next.error();
    if (auto done = text.write(byte); !done) return done;
  }
  auto byte = static_cast<unsigned char>(flags.seed.empty() ? '\0' : flags.seed.back());
  for (int i = 0; i < flags.length; i++) {
    auto next = network.read(byte);
    if (!next) return next.error();
    byte = draw(std::move(*next), random);
    if (auto done = text.write(byte); !done) return done;
  }
  return text.end();
}

Result<void> run(const DarknetFlags& flags) {
  const Arguments& files = flags.positionals;
  if (files.size() != 2)
    return Error{Failure::usage, std::to_string(files.size()) + " files; usage: " + flags.usage};
  ModelArguments arguments = darknet_model({.cfg = files[0], .weights = files[1]}, flags);
  arguments.temperature = flags.temperature;
  auto network = ByteNetwork::load(arguments);
  if (!network) return network.error();
  if (auto fine = network->check(flags.seed); !fine) return fine;
  return generate(*network, flags);
}

}  // namespace

int rnn_generate(const DarknetFlags& flags) {
  const auto done = run(flags);
  return done ? 0 : fail(done.error());
}

}  // namespace nightjar
