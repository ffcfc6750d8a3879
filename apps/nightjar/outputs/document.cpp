#include "apps/nightjar/outputs/document.h"

namespace nightjar {

Result<void> Document::open() {
  auto opened = OutputFile::open(path_);
  if (!opened) return opened.error();
  file_ = std::move(*opened);
  return {};
}

std::vector<std::string> Document::files(const std::vector<std::string>&) const {
  return path_ == "-" ? std::vector<std::string>() : std::vector{path_};
}

Result<void> Document::append(const std::string& rendered, std::int64_t number) {
  // A picture may have no part.
  const std::string part = (format_.opening ? format_.opening(number) : "") + rendered;
  const bool separated = has_parts_ && !part.empty();
  const std::string_view front = !begun_ ? format_.head : separated ? format_.separator : "";
  begun_ = true;
  has_parts_ |= !part.empty();
  return write(std::string(front) + part);
}

Result<void> Document::finish() {
  if (auto done = write((begun_ ? "" : std::string(format_.head)) + std::string(format_.tail)); !done)
    return done;
  return file_->commit();
}

Result<void> Document::write(std::string_view bytes) {
  if (path_ == "-") before_();
  return file_->write(bytes);
}

}  // namespace nightjar
