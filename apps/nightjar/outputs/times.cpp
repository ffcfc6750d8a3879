#include "apps/nightjar/outputs/times.h"

#include <cstdio>

#include "apps/nightjar/outputs/document.h"
#include "apps/nightjar/report.h"

namespace nightjar {

Result<std::string> Times::render(const Found& found) {
  return predicted_line(found, false);
}

Result<void> Times::append(const std::string& rendered, std::int64_t) {
  make_way();
  std::fputs(rendered.c_str(), stderr);
  return {};
}

}  // namespace nightjar
