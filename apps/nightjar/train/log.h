// log.jsonl: a line an update, in JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/train/trainer.h"

namespace nightjar {

// What a line says, as far as charts and people read it.
struct LogEntry {
  UpdateReport report;
  double epoch = 0, seconds = 0, images_per_second = 0;
  const char* unit = "pictures";   // what images are
  std::optional<double> map = {};  // where it was measured then
};

std::string line_of(const LogEntry& entry);

// What a chart shows.
struct LogPoint {
  int update = 0;
  double loss = 0;
  std::optional<double> map;
};

class TrainingLog {
 public:
  // Keeps the first `bytes` of what is there, which end with a line, and cuts off what is behind. Errors:
  // cannot_write, cannot_read.
  static Result<TrainingLog> open(const std::string& path, std::uint64_t bytes);
  TrainingLog(TrainingLog&& other) noexcept;
  TrainingLog& operator=(TrainingLog&&) = delete;
  ~TrainingLog();

  // Errors: cannot_write.
  Result<void> add(const LogEntry& entry);
  std::uint64_t bytes() const { return bytes_; }
  // Of all lines, those kept from before included.
  const std::vector<LogPoint>& points() const { return points_; }

 private:
  TrainingLog(std::string path, int file) : path_(std::move(path)), file_(file) {}
  Result<void> keep(std::uint64_t bytes);

  std::string path_;
  int file_;
  std::uint64_t bytes_ = 0;
  std::vector<LogPoint> points_;
};

}  // namespace nightjar
