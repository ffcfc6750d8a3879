// How long each picture took, on stderr: where pjreddie's Darknet tells it of a classifier.
#pragma once

#include "apps/nightjar/outputs/output.h"

namespace nightjar {

class Times : public Output {
 public:
  Result<void> open() override { return {}; }
  std::vector<std::string> files(const std::vector<std::string>&) const override { return {}; }
  Result<std::string> render(const Found& found) override;
  Result<void> append(const std::string& rendered, std::int64_t number) override;
  Result<void> finish() override { return {}; }
};

}  // namespace nightjar
