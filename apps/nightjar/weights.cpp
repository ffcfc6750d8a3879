// nightjar weights: what a weights file holds, and copies of it; nightjar partial, Darknet's form of one.
#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/darknet/flags.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "engine/format_line.h"
#include "engine/host/output_file.h"
#include "engine/weights_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::int64_t float_bytes = sizeof(float);
constexpr std::size_t piece_floats = std::size_t{1} << 18;
constexpr int most_layers = 4096;

struct Request {
  std::string cfg, weights, out;
  bool info = false, strip = false;
  std::optional<int> partial;  // layers
};

// A weights file beside its network.
struct Opened {
  OpenWeights weights;
  std::vector<LayerInfo> layers;
  std::vector<ParameterInfo> arrays;  // those that the file holds, in its order

  std::optional<int> first_lacking = {};  // the layer that a cutoff file ends before

  std::string layer_name(int layer) const {
    return "layer " + std::to_string(layer) + " (" + layers[static_cast<std::size_t>(layer)].type + ")";
  }
};

std::string array_name(const ParameterInfo& array) {
  return array.part.empty() ? array.name : array.part + ' ' + array.name;
}

// Leaves the arrays that the file holds. It may end with any layer, as a cutoff file for training does.
Result<void> keep_held(Opened& opened) {
  const std::int64_t bytes = opened.weights.file.size() - opened.weights.header.bytes;
  std::int64_t end = 0;
  int layer = -1;
  for (std::size_t i = 0; i < opened.arrays.size(); i++) {
    const ParameterInfo& array = opened.arrays[i];
    if (end == bytes && array.layer != layer) {
      opened.first_lacking = array.layer;
      opened.arrays.resize(i);
      return {};
    }
    layer = array.layer;
    end += array.count * float_bytes;
    if (end > bytes) {
      return malformed(opened.weights.file.path(), "it ends within the " + array_name(array) + " of " +
                                                       opened.layer_name(layer) +
                                                       "; one that ends with a layer is needed");
    }
  }
  if (end == bytes) return {};
  return malformed(opened.weights.file.path(), std::to_string(bytes - end) +
                                                   " bytes are left over behind the last layer's; does this "
                                                   "file belong to another cfg?");
}

Result<Opened> open(const Request& request) {
  ModelArguments network;
  network.cfg = request.cfg;
  const auto model = plan_model(network);
  if (!model) return model.error();
  auto weights = open_weights_file(request.weights);
  if (!weights) return weights.error();
  Opened opened{std::move(*weights), model->layer_infos(), model->parameters()};
  if (auto done = keep_held(opened); !done) return done.error();
  return opened;
}

struct Statistics {
  double least = 0, mean = 0, largest = 0;
};

Result<Statistics> statistics_of(const InputFile& file, std::int64_t offset, std::int64_t count) {
  std::vector<float> values(std::min<std::size_t>(piece_floats, static_cast<std::size_t>(count)));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Statistics all{infinity, 0, -infinity};
  double sum = 0;
  for (std::int64_t done = 0; done < count;) {
    const auto here =
        std::span(values).first(std::min(values.size(), static_cast<std::size_t>(count - done)));
    if (auto read = file.read(std::as_writable_bytes(here), offset + done * float_bytes); !read)
      return read.error();
    for (const float value : here) {
      all.least = std::min<double>(all.least, value);
      all.largest = std::max<double>(all.largest, value);
      sum += value;
    }
    done += static_cast<std::int64_t>(here.size());
  }
  all.mean = sum / static_cast<double>(count);
  return all;
}

std::string row(const Opened& opened, const ParameterInfo& array, std::int64_t offset, const Statistics& s) {
  return format("%5d %-16s %-24s %11lld %13lld %12.5g %12.5g %12.5g\n", array.layer,
                opened.layers[static_cast<std::size_t>(array.layer)].type.c_str(), array_name(array).c_str(),
                static_cast<long long>(array.count), static_cast<long long>(offset), s.least, s.mean,
                s.largest);
}

Result<std::string> describe(const Opened& opened) {
  const WeightsHeader& header = opened.weights.header;
  const InputFile& file = opened.weights.file;
  std::string text = place(file.path()) + ": version " + std::to_string(header.major) + "." +
                     std::to_string(header.minor) + "." + std::to_string(header.revision) + ", " +
                     std::to_string(header.seen) + " pictures seen in training, header of " +
                     std::to_string(header.bytes) + " bytes\n";
  text += format("%5s %-16s %-24s %11s %13s %12s %12s %12s\n", "layer", "type", "array", "values", "at byte",
                 "least", "mean", "largest");
  std::int64_t offset = header.bytes;
  for (const ParameterInfo& array : opened.arrays) {
    const auto statistics = statistics_of(file, offset, array.count);
    if (!statistics) return statistics.error();
    text += row(opened, array, offset, *statistics);
    offset += array.count * float_bytes;
  }
  return text + std::to_string((offset - header.bytes) / float_bytes) + " values, " +
         std::to_string(file.size()) + " bytes" +
         (opened.first_lacking ? "; it ends before " + opened.layer_name(*opened.first_lacking) : "") + '\n';
}

// A header, and as many bytes of what is behind the file's own.
Result<void> write_behind(const Opened& opened, const WeightsHeader& header, std::int64_t bytes,
                          const std::string& path) {
  auto out = OutputFile::open(path);
  if (!out) return out.error();
  if (auto done = out->write(format_weights_header(header)); !done) return done;
  std::string piece(piece_floats * float_bytes, '\0');
  for (std::int64_t at = 0; at < bytes;) {
    const auto here = std::span(piece).first(std::min(piece.size(), static_cast<std::size_t>(bytes - at)));
    if (auto done = opened.weights.file.read(std::as_writable_bytes(here), opened.weights.header.bytes + at);
        !done)
      return done;
    if (auto done = out->write({here.data(), here.size()}); !done) return done;
    at += static_cast<std::int64_t>(here.size());
  }
  return out->commit();
}

// As Darknet's `partial`: the arrays of the first layers, in the form of AlexeyAB's version, with nothing
// seen.
Result<void> write_partial(const Opened& opened, int layers, const std::string& path) {
  const auto count = static_cast<int>(opened.layers.size());
  if (layers > count) {
    return Error{Failure::usage, "the first " + std::to_string(layers) +
                                     " layers are asked for; the network has " + std::to_string(count)};
  }
  if (opened.first_lacking.value_or(count) < layers) {
    return malformed(opened.weights.file.path(),
                     "it ends before " + opened.layer_name(*opened.first_lacking) + "; the first " +
                         std::to_string(layers) + " layers are asked for");
  }
  std::int64_t floats = 0;
  for (const ParameterInfo& array : opened.arrays) {
    if (array.layer < layers) floats += array.count;
  }
  return write_behind(opened, {0, 2, 5, 0, weights_header_max_bytes}, floats * float_bytes, path);
}

Result<void> write_stripped(const Opened& opened, const std::string& path) {
  WeightsHeader header = opened.weights.header;
  header.seen = 0;
  return write_behind(opened, header, opened.weights.file.size() - header.bytes, path);
}

Result<void> write_copy(const Request& request) {
  if (auto fine = refuse_overwriting({request.out}, {request.cfg, request.weights}); !fine) return fine;
  const auto opened = open(request);
  if (!opened) return opened.error();
  return request.partial ? write_partial(*opened, *request.partial, request.out)
                         : write_stripped(*opened, request.out);
}

int show(const Request& request) {
  const auto opened = open(request);
  if (!opened) return fail(opened.error());
  const auto text = describe(*opened);
  return text ? print(*text) : fail(text.error());
}

int run(const Request& request) {
  if (request.info + request.strip + request.partial.has_value() > 1) {
    return fail({Failure::usage, "--info, --partial and --strip are three things; choose one"});
  }
  const bool copies = request.strip || request.partial;
  if (copies == request.out.empty()) {
    return fail({Failure::usage, copies ? "-o FILE is missing; a copy of the weights file goes there"
                                        : "-o needs --partial N or --strip; --info writes no file"});
  }
  if (!copies) return show(request);
  const auto done = write_copy(request);
  return done ? 0 : fail(done.error());
}

}  // namespace

int weights(const Arguments& arguments) {
  Request request;
  Options options("Say what a weights file holds, or write a copy of it.", "nightjar weights");
  options.footer(
      "A copy with --partial is what training starts from: the same layers at the network's beginning, the "
      "others anew.\n\n"
      "Examples:\n"
      "  nightjar weights yolov3.cfg yolov3.weights\n"
      "  nightjar weights darknet53.cfg darknet53.weights --partial 75 -o darknet53.conv.74\n"
      "  nightjar weights net.cfg net_last.weights --strip -o net.weights");
  options.add_option("CFG", request.cfg, "The network: a Darknet .cfg file").required();
  options.add_option("WEIGHTS", request.weights, "A .weights file of it, or one cut after some layer")
      .required();
  options.add_flag(
      "--info", request.info,
      "Print version, pictures seen, and each layer's arrays with their values' range (default)");
  options.add_option("--partial", request.partial, "Copy the first so many layers, and no pictures seen",
                     count(0, most_layers));
  options.add_flag("--strip", request.strip,
                   "Copy all, and no pictures seen: training begins its schedule anew");
  options.add_option("-o,--out", request.out, "The copy");
  if (const auto end = options.parse(arguments)) return *end;
  return run(request);
}

int partial(const Arguments& arguments) {
  constexpr auto usage = "usage: nightjar partial CFG WEIGHTS OUT N, N being how many layers are copied";
  const auto flags = parse_darknet_flags(arguments);
  if (!flags) return fail(flags.error());
  if (flags->help) {
    return print(std::string("Darknet's command line for a weights file of the first layers.\n\n") + usage +
                 "; nightjar weights does the same.\n");
  }
  warn(flags->warnings);
  const Arguments& files = flags->positionals;
  const auto layers = files.size() == 4 ? parse_count(files[3], 0, most_layers) : std::nullopt;
  if (!layers) return fail({Failure::usage, usage});
  return run({.cfg = files[0], .weights = files[1], .out = files[2], .partial = layers});
}

}  // namespace nightjar
