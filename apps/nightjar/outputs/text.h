// What the Darknets print for a picture.
#pragma once

#include <functional>
#include <optional>

#include "apps/nightjar/outputs/output.h"
#include "engine/host/output_file.h"

namespace nightjar {

struct TextStyle {
  bool alexeyab = true;     // as AlexeyAB's Darknet prints it, or as pjreddie's
  bool coordinates = true;  // -ext_output
};

class Text : public Output {
 public:
  // `before` is called before anything is written.
  Text(TextStyle style, std::function<void()> before) : style_(style), before_(std::move(before)) {}

  Result<void> open() override;
  std::vector<std::string> files(const std::vector<std::string>&) const override { return {}; }
  Result<std::string> render(const Found& found) override;
  Result<void> append(const std::string& rendered, std::int64_t number) override;
  Result<void> finish() override { return file_->commit(); }

 private:
  TextStyle style_;
  std::function<void()> before_;
  std::optional<OutputFile> file_;
};

}  // namespace nightjar
