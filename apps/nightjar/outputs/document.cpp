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
  std::string text;
  if (!begun_) text += format_.head;
  begun_ = true;
  // A picture may have no part.
  const std::string part = (format_.opening ? format_.opening(number) : "") + rendered;
  if (!separated_ && !part.empty()) text += format_.separator;
  if (!part.empty()) separated_ = false;
  return file_->write(text + part);
}

Result<void> Document::finish() {
  if (auto done = file_->write((begun_ ? "" : std::string(format_.head)) + std::string(format_.tail)); !done)
    return done;
  return file_->commit();
}

}  // namespace nightjar
