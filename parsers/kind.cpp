// The table of first bytes.
#include "parsers/kind.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes, name;
};

constexpr std::string_view utf16_remedy = "save it as UTF-8";

constexpr Magic magics[] = {
    {0, "\xff\xd8\xff"sv, "a JPEG picture"},
    {0, "\x89PNG\r\n\x1a\n"sv, "a PNG picture"},
    {0, "GIF8"sv, "a GIF picture"},
    {8, "WEBP"sv, "a WebP picture"},
    {4, "ftypavi"sv, "an AVIF picture"},
    {4, "ftyphe"sv, "a HEIF picture"},
    {4, "ftypm"sv, "a HEIF picture or MP4 video"},
    {4, "ftyp"sv, "an MP4 video"},
    {0, "II*\0"sv, "a TIFF picture"},
    {0, "MM\0*"sv, "a TIFF picture"},
    {0, "8BPS"sv, "a Photoshop picture"},
    {0, "#?RADIANCE"sv, "a Radiance HDR picture"},
    {0, "#?RGBE"sv, "a Radiance HDR picture"},
    {0, "S\x80\xf6\x34"sv, "a Softimage PIC picture"},
    {0, "\0\0\1\0"sv, "a Windows icon"},
    {0, "\0\0\0\x0cJXL "sv, "a JPEG XL picture"},
    {0, "\xff\x0a"sv, "a JPEG XL picture"},
    {0, "\0\0\0\x0cjP  "sv, "a JPEG 2000 picture"},
    {0, "\xff\x4f\xff\x51"sv, "a JPEG 2000 picture"},
    {0, "DDS "sv, "a DirectDraw picture"},
    {0, "qoif"sv, "a QOI picture"},
    {0,
     "\x7f"
     "ELF"sv,
     "an ELF program"},
    {0, "MZ"sv, "a Windows program"},
    {0, "PK\3\4"sv, "a zip archive"},
    {0, "\x1f\x8b"sv, "a gzip archive"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "\x93NUMPY"sv, "a NumPy array"},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::span<const std::string_view> openings) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return std::any_of(openings.begin(), openings.end(), [&](std::string_view opening) {
    return text.size() >= opening.size() && std::equal(opening.begin(), opening.end(), text.begin(),
                                                       [](char a, char b) { return a == lower(b); });
  });
}

constexpr std::string_view html[] = {"<!doctype html", "<html", "<head", "<body"},
                           html_or_xml[] = {"<!doctype", "<?xml", "<!--"};

// Of XML's own openings none says that it is a page.
bool is_xml(std::string_view text) {
  return begins_with(text, html_or_xml) && !begins_with(text, html);
}

}  // namespace

FileKind kind_of(std::string_view first_bytes) {
  const std::string_view text = without_mark(first_bytes);
  if (begins_with(text, html) || begins_with(text, html_or_xml))
    return {"an HTML page", "was the download refused?", true};
  if (first_bytes.starts_with("version https://git-")) {
    return {"a git-lfs pointer", "fetch the file itself with git lfs pull", true};
  }
  if (first_bytes.starts_with("\xff\xfe") || first_bytes.starts_with("\xfe\xff")) {
    return {"UTF-16 text", utf16_remedy, false};
  }
  for (const Magic& magic : magics) {
    if (first_bytes.size() < magic.offset) continue;
    if (first_bytes.substr(magic.offset).starts_with(magic.bytes)) return {magic.name, {}, false};
  }
  return {};
}

std::string not_the_file(const FileKind& kind, std::string_view wanted, std::string_view otherwise) {
  std::string message = "this is ";
  message.append(kind.name).append(", not ").append(wanted);
  const std::string_view remedy = kind.remedy.empty() ? otherwise : kind.remedy;
  if (!remedy.empty()) message.append("; ").append(remedy);
  return message;
}

Result<void> check_text(std::string_view bytes, const std::string& file, std::string_view wanted,
                        std::size_t max_bytes, bool xml) {
  const FileKind kind = xml && is_xml(without_mark(bytes)) ? FileKind{} : kind_of(bytes);
  const std::size_t zero = bytes.find('\0');
  if (!kind.name.empty() && (kind.is_text || zero != bytes.npos)) {
    return malformed(file, not_the_file(kind, wanted));
  }
  if (zero != bytes.npos) {
    // Every second byte of Latin text in UTF-16 is zero.
    if (bytes.size() > 3 && zero < 2 && bytes[zero + 2] == '\0' && bytes[1 - zero] != '\0') {
      return malformed(file, not_the_file({"UTF-16 text", utf16_remedy, false}, wanted));
    }
    return malformed(file, "byte " + std::to_string(zero) + " is zero, so this is no text; " +
                               std::string(wanted) + " is needed");
  }
  if (bytes.size() > max_bytes) {
    return too_large(file, std::to_string(bytes.size()) + " bytes; " + std::string(wanted) + " has at most " +
                               std::to_string(max_bytes));
  }
  return {};
}

}  // namespace nightjar
