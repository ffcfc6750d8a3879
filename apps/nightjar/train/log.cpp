#include "apps/nightjar/train/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t most_bytes = std::int64_t{1} << 32;

Json json_of(const LossReport& layer, int batch) {
  using P = LossParts;
  const auto& parts = layer.parts;
  Json json = {{"layer", layer.layer}, {"loss", layer.loss() / batch}};
  const double pairs = parts[P::pairs];
  if (parts[P::predictions] == 0) return json;  // no head
  json["boxes"] = parts[P::of_boxes] / batch;
  json["objectness"] = parts[P::of_objectness] / batch;
  json["classes"] = parts[P::of_classes] / batch;
  json["trained"] = pairs;
  if (pairs == 0) return json;
  json["iou"] = parts[P::overlap] / pairs;
  json["above_50"] = parts[P::above_50] / pairs;
  return json;
}

// Of a line that an earlier run wrote; none where it is damaged.
std::optional<LogPoint> point_of(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("update") || !json["update"].is_number_integer() ||
      !json.contains("loss") || !json["loss"].is_number())
    return std::nullopt;
  LogPoint point{json["update"], json["loss"], std::nullopt};
  if (json.contains("map") && json["map"].is_number()) point.map = json["map"].get<double>();
  return point;
}

}  // namespace

std::string line_of(const LogEntry& entry) {
  const UpdateReport& report = entry.report;
  Json json = {{"update", report.update},  {"epoch", entry.epoch},
               {"seconds", entry.seconds}, {"loss", report.loss},
               {"rate", report.rate},      {"width", report.width},
               {"height", report.height},  {std::string(entry.unit) + "_per_second", entry.images_per_second},
               {"layers", Json::array()}};
  for (const LossReport& layer : report.layers) json["layers"].push_back(json_of(layer, report.images));
  if (report.loss_scale) json["loss_scale"] = *report.loss_scale;
  if (report.left_out) json["left_out"] = true;
  if (entry.map) json["map"] = *entry.map;
  return json.dump() + '\n';
}

Result<TrainingLog> TrainingLog::open(const std::string& path, std::uint64_t bytes) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0)
    return Error{Failure::cannot_write, place(path) + ": cannot be written: " + system_message(errno)};
  TrainingLog log(path, file);
  if (auto done = log.keep(bytes); !done) return done.error();
  return log;
}

Result<void> TrainingLog::keep(std::uint64_t bytes) {
  if (bytes > 0) {
    auto text = read_file(path_, most_bytes);
    if (!text) return text.error();
    text->resize(std::min<std::size_t>(text->size(), bytes));
    text->resize(text->rfind('\n') + 1);  // of a log that was cut by others: whole lines
    bytes_ = text->size();
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
      if (const auto point = point_of(line)) points_.push_back(*point);
  }
  if (::ftruncate(file_, static_cast<off_t>(bytes_)) != 0)
    return Error{Failure::cannot_write, place(path_) + ": cannot be cut: " + system_message(errno)};
  return {};
}

TrainingLog::TrainingLog(TrainingLog&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      bytes_(other.bytes_),
      points_(std::move(other.points_)) {}

TrainingLog::~TrainingLog() {
  if (file_ >= 0) ::close(file_);
}

Result<void> TrainingLog::add(const LogEntry& entry) {
  points_.push_back({entry.report.update, entry.report.loss, entry.map});
  const std::string line = line_of(entry);
  for (std::string_view left = line; !left.empty();) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno != EINTR)
      return Error{Failure::cannot_write, place(path_) + ": cannot be written: " + system_message(errno)};
    if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
  }
  bytes_ += line.size();
  return {};
}

}  // namespace nightjar
