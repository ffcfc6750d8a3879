#include "parsers/protobuf.h"

#include <bit>
#include <utility>

namespace nightjar {
namespace {

// Of the wire format's six, those that are in use.
constexpr int varint = 0, length_delimited = 2, fixed32 = 5;

}  // namespace

void ProtobufMessage::append(std::string_view bytes) {
  if (pieces_.empty() || pieces_.back().late) pieces_.emplace_back();
  pieces_.back().bytes += bytes;
  size_ += static_cast<std::int64_t>(bytes.size());
}

// Seven bits a byte, the lowest first; all but the last have the eighth bit set.
void ProtobufMessage::add_varint(std::uint64_t value) {
  char bytes[10];
  std::size_t count = 0;
  for (; value >= 0x80; value >>= 7) bytes[count++] = static_cast<char>(value | 0x80);
  bytes[count++] = static_cast<char>(value);
  append({bytes, count});
}

void ProtobufMessage::add_key(int field, int wire_type) {
  add_varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type));
}

// Negative numbers as their two's complement in 64 bits, also where the field has 32.
void ProtobufMessage::add_integer(int field, std::int64_t value) {
  add_key(field, varint);
  add_varint(static_cast<std::uint64_t>(value));
}

void ProtobufMessage::add_float(int field, float value) {
  add_key(field, fixed32);
  char bytes[4];
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(bits >> 8 * i);
  append({bytes, sizeof bytes});
}

void ProtobufMessage::add_bytes(int field, std::string_view bytes) {
  add_key(field, length_delimited);
  add_varint(bytes.size());
  append(bytes);
}

void ProtobufMessage::add_late_bytes(int field, std::int64_t size, LateBytes bytes) {
  add_key(field, length_delimited);
  add_varint(static_cast<std::uint64_t>(size));
  pieces_.back().late = std::move(bytes);
  size_ += size;
}

void ProtobufMessage::add_message(int field, ProtobufMessage message) {
  add_key(field, length_delimited);
  add_varint(static_cast<std::uint64_t>(message.size_));
  const std::int64_t size = size_ + message.size_;
  for (Piece& piece : message.pieces_) {
    append(piece.bytes);
    pieces_.back().late = std::move(piece.late);
  }
  size_ = size;
}

Result<void> ProtobufMessage::write(const ByteSink& sink) const {
  for (const Piece& piece : pieces_) {
    if (auto done = sink(piece.bytes); !done) return done;
    if (!piece.late) continue;
    if (auto done = piece.late(sink); !done) return done;
  }
  return {};
}

}  // namespace nightjar
