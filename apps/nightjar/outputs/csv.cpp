#include "apps/nightjar/outputs/document.h"

namespace nightjar {
namespace {

std::string rows(const Found& found) {
  return csv_rows(found.detected.boxes, found.names, found.file, found.size());
}

}  // namespace

const DocumentFormat csv{csv_head, "", "", rows};

}  // namespace nightjar
