// Which format a picture is in, by its first bytes; the formats' own checks are in <format>_guard.cpp.
#include "parsers/image_guard.h"

#include "parsers/kind.h"
#include "parsers/message.h"

namespace nightjar {

Result<PictureInfo> inspect_picture(std::string_view bytes, const std::string& file) {
  constexpr std::string_view wanted = "a picture that can be read",
                             remedy = "JPEG, PNG, BMP and WebP are read";
  const auto refused = [&](std::string_view name) {
    return malformed(file, not_the_file({name, {}, false}, wanted, remedy));
  };
  if (bytes.empty()) return refused("an empty file");
  if (bytes.starts_with("\xff\xd8\xff")) return inspect_jpeg(bytes, file);
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return inspect_png(bytes, file);
  if (bytes.starts_with("BM")) return inspect_bmp(bytes, file);
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return inspect_webp(bytes, file);
  const FileKind kind = kind_of(bytes.substr(0, 64));
  if (!kind.name.empty()) return malformed(file, not_the_file(kind, wanted, remedy));
  if (bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7') {
    return refused("a PNM picture");
  }
  return refused("a file of an unknown kind");
}

}  // namespace nightjar
