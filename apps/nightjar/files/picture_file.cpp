#include "apps/nightjar/files/picture_file.h"

#include "engine/host/files.h"

namespace nightjar {
Result<Image> read_picture(const std::string& file, int channels, const ImageOptions& options) {
  const auto bytes = read_file(file, max_picture_bytes);
  if (!bytes) return bytes.error();
  return parse_image(*bytes, file == "-" ? "standard input" : file, channels, options);
}

}  // namespace nightjar
