// Escaping, and the shape of an error.
#include "parsers/message.h"

namespace nightjar {
namespace {

// Bytes of the printable UTF-8 character that `text` begins with; 0 for anything else: control characters
// (C0, C1), overlong forms, surrogates, lone bytes.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  unsigned code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr unsigned smallest[] = {0, 0, 0xa0, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest[length] || code > 0x10ffff || surrogate ? 0 : length;
}

std::string escaped(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  constexpr char digits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = printable_length(text.substr(at));
    if (at + (length ? length : 1) > limit) return out + "...";
    if (length) {
      out += text.substr(at, length);
    } else {
      out += escaped(text[at]);
    }
    at += length ? length : 1;
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  return std::string("'").append(printable(text)).append("'");
}

std::string place(std::string_view file, int line) {
  std::string name = printable(file, std::string_view::npos);
  return line > 0 ? name + ":" + std::to_string(line) : name;
}

Error malformed(std::string_view file, int line, std::string_view what) {
  return {Failure::malformed, place(file, line).append(": ").append(printable(what, std::string_view::npos))};
}

Error malformed(std::string_view file, std::string_view what) {
  return malformed(file, 0, what);
}

Error too_large(std::string_view file, std::string_view what) {
  return {Failure::too_large, place(file).append(": ").append(printable(what, std::string_view::npos))};
}

}  // namespace nightjar
