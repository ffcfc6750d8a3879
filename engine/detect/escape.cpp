#include "engine/detect/escape.h"

#include <algorithm>

#include "engine/detect/utf8.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string hex_byte(char byte) {
  constexpr char digits[] = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {digits[value >> 4], digits[value & 15]};
}

bool control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

}  // namespace

std::string on_a_line(std::string_view text) {
  return printable(text, text.npos);
}

std::string csv_field(std::string_view text) {
  const std::string line = on_a_line(text);
  if (line.find_first_of(",\"") == line.npos) return line;
  std::string quoted = "\"";
  for (const char byte : line) quoted.append(byte == '"' ? 2 : 1, byte);
  return quoted + '"';
}

std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      quoted += "\xef\xbf\xbd";
    } else if (text[0] == '"' || text[0] == '\\') {
      quoted += {'\\', text[0]};
    } else if (control(text[0])) {
      quoted += "\\u00" + hex_byte(text[0]);
    } else {
      quoted += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return quoted + '"';
}

}  // namespace nightjar
