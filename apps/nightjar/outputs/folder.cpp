#include "apps/nightjar/outputs/folder.h"

#include <set>

#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {

Result<void> Folder::open() {
  return options_.folder.empty() ? Result<void>() : check_folder(options_.folder);
}

// The same picture twice writes the same file twice, which is well.
std::vector<std::string> Folder::files(const std::vector<std::string>& pictures) const {
  std::vector<std::string> all;
  for (const std::string& picture : std::set<std::string>(pictures.begin(), pictures.end()))
    all.push_back(options_.path(picture));
  return all;
}

Result<void> Folder::make() {
  const std::lock_guard lock(mutex_);
  if (made_ || options_.folder.empty()) return {};
  auto done = make_folder(options_.folder);
  made_ = static_cast<bool>(done);
  return done;
}

Result<std::string> Folder::render(const Found& found) {
  if (auto done = make(); !done) return done.error();
  auto files = files_of(found, options_.path(found.file));
  if (!files) return files.error();
  // What pictures share is written in their order.
  if (options_.shared) return std::move(files->front().bytes);
  for (const FileBytes& file : *files) {
    if (auto done = write_file(file.path, file.bytes); !done) return done.error();
  }
  return std::string();
}

Result<void> Folder::append(const std::string& rendered, std::int64_t) {
  return options_.shared ? write_file(options_.path({}), rendered) : Result<void>();
}

Result<std::vector<FileBytes>> Labels::files_of(const Found& found, const std::string& path) const {
  return std::vector<FileBytes>{{path, label_lines(found.detected.boxes, confidence_)}};
}

Result<std::vector<FileBytes>> Drawings::files_of(const Found& found, const std::string& path) const {
  if (same_file(path, found.file))
    return Error{Failure::usage, place(path) + ": is the picture itself; it is not overwritten"};
  Image picture = found.detected.picture;
  draw_boxes(picture, found.detected.boxes, found.names, drawing_);
  return std::vector<FileBytes>{{path, encode_image(picture, path)}};
}

}  // namespace nightjar
