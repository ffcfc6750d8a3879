// Protocol Buffers' wire format, byte by byte; the first examples are those of its description.
#include "parsers/protobuf.h"

#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

std::string written(const ProtobufMessage& message) {
  std::string bytes;
  const auto done = message.write([&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  });
  REQUIRE(done);
  CHECK(static_cast<std::int64_t>(bytes.size()) == message.size());
  return bytes;
}

std::string hex(const ProtobufMessage& message) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : written(message)) {
    const auto value = static_cast<unsigned char>(byte);
    if (!text.empty()) text += ' ';
    text += {digits[value >> 4], digits[value & 15]};
  }
  return text;
}

std::string integer(int field, std::int64_t value) {
  ProtobufMessage message;
  message.add_integer(field, value);
  return hex(message);
}

ProtobufMessage::LateBytes late(std::string bytes) {
  return [bytes](const ByteSink& sink) { return sink(bytes); };
}

}  // namespace

TEST_CASE("integers are varints") {
  CHECK(integer(1, 150) == "08 96 01");
  CHECK(integer(1, 0) == "08 00");
  CHECK(integer(1, 127) == "08 7f");
  CHECK(integer(1, 128) == "08 80 01");
  CHECK(integer(2, -1) == "10 ff ff ff ff ff ff ff ff ff 01");
  CHECK(integer(15, 1) == "78 01");
  CHECK(integer(16, 1) == "80 01 01");
  CHECK(integer(20, 300) == "a0 01 ac 02");
}

TEST_CASE("floats are four bytes, the lowest first") {
  ProtobufMessage message;
  message.add_float(2, 1.5f);
  CHECK(hex(message) == "15 00 00 c0 3f");
}

TEST_CASE("strings and messages have their length in front") {
  ProtobufMessage text;
  text.add_bytes(2, "testing");
  CHECK(hex(text) == "12 07 74 65 73 74 69 6e 67");

  ProtobufMessage inner, outer;
  inner.add_integer(1, 150);
  outer.add_message(3, inner);
  CHECK(hex(outer) == "1a 03 08 96 01");
  outer.add_message(3, {});
  CHECK(hex(outer) == "1a 03 08 96 01 1a 00");

  ProtobufMessage empty;
  CHECK(hex(empty) == "");
  empty.add_bytes(1, "");
  CHECK(hex(empty) == "0a 00");
}

TEST_CASE("a length of more than seven bits takes two bytes") {
  ProtobufMessage message;
  message.add_bytes(1, std::string(200, 'x'));
  CHECK(written(message) == "\x0a\xc8\x01" + std::string(200, 'x'));
}

TEST_CASE("late bytes stand where they were promised, at any depth") {
  ProtobufMessage innermost, inner, outer;
  innermost.add_integer(1, 1);
  innermost.add_late_bytes(2, 3, late("abc"));
  innermost.add_late_bytes(3, 0, late(""));
  inner.add_message(1, innermost);
  inner.add_integer(2, 2);
  outer.add_bytes(1, "-");
  outer.add_message(2, inner);
  outer.add_bytes(3, "+");
  CHECK(hex(outer) == "0a 01 2d 12 0d 0a 09 08 01 12 03 61 62 63 1a 00 10 02 1a 01 2b");
}

TEST_CASE("late bytes are made when the message is written, not before") {
  int made = 0;
  ProtobufMessage message;
  message.add_late_bytes(1, std::int64_t{3} << 30, [&](const ByteSink&) -> Result<void> {
    ++made;
    return Error{Failure::cannot_read, "gone"};
  });
  ProtobufMessage outer;
  outer.add_message(1, message);
  CHECK(message.size() == (std::int64_t{3} << 30) + 6);
  CHECK(outer.size() == message.size() + 6);
  CHECK(outer.size() > ProtobufMessage::most_bytes);
  CHECK(made == 0);
  const auto done = outer.write([](std::string_view) -> Result<void> { return {}; });
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "gone");
  CHECK(made == 1);
}

TEST_CASE("an error of the sink ends the writing") {
  ProtobufMessage message;
  message.add_integer(1, 1);
  message.add_late_bytes(2, 1, late("a"));
  message.add_integer(3, 1);
  int calls = 0;
  const auto done = message.write([&](std::string_view) -> Result<void> {
    if (++calls == 2) return Error{Failure::cannot_write, "full"};
    return {};
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "full");
  CHECK(calls == 2);
}
