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
    all.push_back(path(picture));
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
  const std::string file = path(found.file);
  auto bytes = content(found, file);
  if (!bytes) return bytes.error();
  // What pictures share is written in their order.
  if (options_.shared) return file + '\0' + *bytes;
  if (auto done = write_file(file, *bytes); !done) return done.error();
  return std::string();
}

Result<void> Folder::append(const std::string& rendered, std::int64_t) {
  if (rendered.empty()) return {};
  const std::size_t end = rendered.find('\0');
  return write_file(rendered.substr(0, end), std::string_view(rendered).substr(end + 1));
}

Result<std::string> Labels::content(const Found& found, const std::string&) {
  return label_lines(found.detected.boxes, confidence_);
}

Result<std::string> Drawings::content(const Found& found, const std::string& path) {
  if (same_file(path, found.file))
    return Error{Failure::usage, place(path) + ": is the picture itself; it is not overwritten"};
  Image picture = found.detected.picture;
  draw_boxes(picture, found.detected.boxes, {found.names.begin(), found.names.end()}, drawing_);
  return encode_image(picture, path);
}

}  // namespace nightjar
