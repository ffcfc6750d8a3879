// Protocol Buffers read back, as far as the tests of the export need it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/protobuf.h"
#include "tests/catch.h"

namespace nightjar::testing {

// A message as fields in order.
class Fields {
 public:
  explicit Fields(std::string_view bytes) {
    while (!bytes.empty()) read_field(bytes);
  }

  // What a field of this number holds, each time it is there.
  std::vector<std::string> bytes(int number) const {
    std::vector<std::string> found;
    for (const Field& field : fields_)
      if (field.number == number) found.push_back(field.bytes);
    return found;
  }
  std::vector<std::int64_t> integers(int number) const {
    std::vector<std::int64_t> found;
    for (const Field& field : fields_)
      if (field.number == number) found.push_back(field.integer);
    return found;
  }
  std::vector<Fields> messages(int number) const {
    std::vector<Fields> found;
    for (const std::string& text : bytes(number)) found.emplace_back(text);
    return found;
  }
  // Of a field that is there once.
  std::string text(int number) const {
    REQUIRE(bytes(number).size() == 1);
    return bytes(number)[0];
  }
  Fields message(int number) const { return Fields(text(number)); }

 private:
  struct Field {
    int number;
    std::int64_t integer;
    std::string bytes;
  };

  static std::uint64_t varint(std::string_view& rest) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      REQUIRE_FALSE(rest.empty());
      const auto byte = static_cast<unsigned char>(rest[0]);
      rest.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  }

  void read_field(std::string_view& rest) {
    const std::uint64_t key = varint(rest);
    Field field{static_cast<int>(key >> 3), 0, {}};
    std::uint64_t length = 4;  // of a float
    if ((key & 7) == 0) {
      field.integer = static_cast<std::int64_t>(varint(rest));
      length = 0;
    } else if ((key & 7) == 2) {
      length = varint(rest);
    } else {
      REQUIRE((key & 7) == 5);
    }
    REQUIRE(rest.size() >= length);
    field.bytes = rest.substr(0, length);
    rest.remove_prefix(length);
    fields_.push_back(std::move(field));
  }

  std::vector<Field> fields_;
};

inline std::string written(const ProtobufMessage& message) {
  std::string bytes;
  const auto done = message.write([&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  });
  REQUIRE(done);
  REQUIRE(static_cast<std::int64_t>(bytes.size()) == message.size());
  return bytes;
}

}  // namespace nightjar::testing
