// Which faces a typeface has.
#include "engine/image/typeface.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/host/files.h"
#include "engine/image/letters.h"

namespace nightjar {
namespace {

// Debian and Ubuntu, Fedora, Arch, Alpine and older Fedoras, openSUSE.
constexpr const char* usual_places[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/DejaVuSans.ttf",
};

Result<Font> read_font(const std::string& file) {
  auto bytes = read_file(file, max_font_bytes);
  if (!bytes) return bytes.error();
  return parse_font(std::move(*bytes), file);
}

// One that is damaged counts as none: nobody asked for it.
std::optional<Font> system_font() {
  for (const char* file : usual_places) {
    if (auto font = read_font(file)) return std::move(*font);
  }
  return {};
}

const std::optional<Font>& the_system_font() {
  static const std::optional<Font> font = system_font();
  return font;
}

// `first`, the system's font, and what Letters adds.
std::shared_ptr<const Letters> letters_of(std::optional<Font> first) {
  std::vector<std::unique_ptr<const Face>> faces;
  if (first) faces.push_back(font_face(std::move(*first)));
  if (the_system_font()) faces.push_back(font_face(*the_system_font()));
  return std::make_shared<const Letters>(std::move(faces));
}

}  // namespace

Typeface Typeface::own() {
  return Typeface(std::make_shared<const Letters>(std::vector<std::unique_ptr<const Face>>()));
}

Result<Typeface> Typeface::load(const std::string& file) {
  auto font = read_font(file);
  if (!font) return font.error();
  return Typeface(letters_of(std::move(*font)));
}

Result<Typeface> Typeface::parse(std::string bytes, const std::string& file) {
  auto font = parse_font(std::move(bytes), file);
  if (!font) return font.error();
  return Typeface(letters_of(std::move(*font)));
}

const Letters& Typeface::letters() const {
  if (letters_) return *letters_;
  static const std::shared_ptr<const Letters> system = letters_of({});
  return *system;
}

}  // namespace nightjar
