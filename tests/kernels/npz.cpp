#include "tests/kernels/npz.h"

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace nightjar::testing {
namespace {

template <class T>
T number(const std::string& bytes, std::size_t at) {
  T value;
  if (at + sizeof value > bytes.size()) throw std::runtime_error("an archive that is cut");
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::string inflate_bytes(const std::string& packed, std::size_t size) {
  std::string bytes(size, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(size);
  inflateInit2(&stream, -MAX_WBITS);  // deflate without a header of its own
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("an archive with a damaged entry");
  return bytes;
}

template <class T>
std::vector<double> elements(const std::string& bytes, std::size_t at) {
  std::vector<double> values;
  for (; at < bytes.size(); at += sizeof(T)) values.push_back(static_cast<double>(number<T>(bytes, at)));
  return values;
}

// What follows `key` in the header's Python dictionary, up to `end`.
std::string field(const std::string& header, const std::string& key, char end) {
  const std::size_t at = header.find("'" + key + "': ") + key.size() + 4;
  return header.substr(at, header.find(end, at + 1) - at);
}

std::optional<Array> parse_npy(const std::string& bytes) {
  const std::size_t data = 10 + number<std::uint16_t>(bytes, 8);
  const std::string header = bytes.substr(10, data - 10), type = field(header, "descr", ',');
  Array array;
  if (type == "'<f8'") {
    array.values = elements<double>(bytes, data);
  } else if (type == "'<i8'") {
    array.values = elements<std::int64_t>(bytes, data);
  } else if (type == "'|u1'") {
    array.values = elements<std::uint8_t>(bytes, data);
  } else {
    return std::nullopt;
  }
  std::stringstream shape(field(header, "shape", ')').substr(1));
  for (int side; shape >> side; shape.ignore(1)) array.shape.push_back(side);
  return array;
}

}  // namespace

// Follows the central directory at the archive's end: names, sizes, and where each entry's local header is.
std::map<std::string, Array> read_npz(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::size_t end = bytes.rfind("PK\5\6");
  if (end == bytes.npos) throw std::runtime_error(path.string() + " is no archive");
  std::map<std::string, Array> arrays;
  std::size_t at = number<std::uint32_t>(bytes, end + 16);
  for (int left = number<std::uint16_t>(bytes, end + 10); left > 0; --left) {
    const auto method = number<std::uint16_t>(bytes, at + 10);
    const auto packed = number<std::uint32_t>(bytes, at + 20), size = number<std::uint32_t>(bytes, at + 24);
    const auto name_length = number<std::uint16_t>(bytes, at + 28);
    const std::size_t local = number<std::uint32_t>(bytes, at + 42);
    const std::size_t body =
        local + 30 + number<std::uint16_t>(bytes, local + 26) + number<std::uint16_t>(bytes, local + 28);
    const std::string entry = bytes.substr(body, packed), name = bytes.substr(at + 46, name_length);
    const auto array = parse_npy(method == 0 ? entry : inflate_bytes(entry, size));
    if (array) arrays[name.substr(0, name.rfind('.'))] = *array;
    at += std::size_t{46} + name_length + number<std::uint16_t>(bytes, at + 30) +
          number<std::uint16_t>(bytes, at + 32);
  }
  return arrays;
}

OwnedTensor tensor_of(const Array& array, const Value& value) {
  const int batch = value.per_image ? array.shape[0] : 1;
  OwnedTensor t = make_tensor(value, batch);
  if (static_cast<std::int64_t>(array.values.size()) != value.shape.size() * batch)
    throw std::runtime_error("an array of another size");
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    *t.view.flat(static_cast<int>(at / value.shape.size()), at % value.shape.size()) =
        static_cast<float>(array.values[i]);
  }
  return t;
}

}  // namespace nightjar::testing
