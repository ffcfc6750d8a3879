// Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), written only: what ONNX files are
// made of.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// Takes the bytes of something that is written piece by piece.
using ByteSink = std::function<Result<void>(std::string_view bytes)>;

// A message, field after field. What is large comes late: only its size is said when it is added, and its
// bytes are made while the message is written, so that they need never be in memory together.
class ProtobufMessage {
 public:
  static constexpr std::int64_t most_bytes = std::numeric_limits<std::int32_t>::max();  // readers refuse more

  // Writes just as many bytes as were promised.
  using LateBytes = std::function<Result<void>(const ByteSink& sink)>;

  void add_integer(int field, std::int64_t value);  // int32, int64, enum, bool
  void add_float(int field, float value);
  void add_bytes(int field, std::string_view bytes);  // string, bytes
  void add_late_bytes(int field, std::int64_t size, LateBytes bytes);
  void add_message(int field, ProtobufMessage message);

  std::int64_t size() const { return size_; }
  // The first error of the sink, or of who makes late bytes.
  Result<void> write(const ByteSink& sink) const;

 private:
  struct Piece {
    std::string bytes;
    LateBytes late;  // after these; empty where there is none
  };

  void add_key(int field, int wire_type);
  void add_varint(std::uint64_t value);
  void append(std::string_view bytes);

  std::vector<Piece> pieces_;
  std::int64_t size_ = 0;
};

}  // namespace nightjar
