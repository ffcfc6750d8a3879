// The file: a name, its version, words of 64 bits, arrays of floats behind their lengths, and a fingerprint
// of all that; little-endian.
#include "engine/train/checkpoint.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

static_assert(std::endian::native == std::endian::little, "checkpoints are written as they lie");

constexpr std::string_view name = "nightjar checkpt";
constexpr std::uint64_t current_version = 2;
constexpr std::int64_t most_bytes = std::int64_t{1} << 38;

using Arrays = std::vector<std::vector<float>>;

// Writes, or reads, one thing after the other: `all` below is the order of both.
class Writer {
 public:
  template <class T>
  void number(const T& value) {
    static_assert(sizeof value <= sizeof(std::uint64_t));
    std::uint64_t word = 0;
    std::memcpy(&word, &value, sizeof value);
    bytes_.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  void arrays(const Arrays& all) {
    number(all.size());
    for (const std::vector<float>& values : all) {
      number(values.size());
      bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_{name};
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <class T>
  void number(T& value) {
    std::uint64_t word = 0;
    take(&word, sizeof word);
    std::memcpy(&value, &word, sizeof value);
  }
  void arrays(Arrays& all) {
    std::size_t count = 0;
    number(count);
    for (std::size_t i = 0; i < count && whole_; ++i) {
      std::size_t floats = 0;
      number(floats);
      whole_ = whole_ && floats <= left_.size() / sizeof(float);
      if (!whole_) return;
      all.emplace_back(floats);
      take(all.back().data(), floats * sizeof(float));
    }
  }
  bool read_it_all() const { return whole_ && left_.empty(); }

 private:
  void take(void* to, std::size_t bytes) {
    whole_ = whole_ && bytes <= left_.size();
    if (!whole_ || bytes == 0) return;
    std::memcpy(to, left_.data(), bytes);
    left_.remove_prefix(bytes);
  }
  std::string_view left_;
  bool whole_ = true;
};

template <class File, class Fields>
void all(File& file, Fields& c) {
  file.number(c.cfg), file.number(c.seed), file.number(c.frozen), file.number(c.material),
      file.number(c.size);
  file.number(c.updates), file.number(c.update), file.number(c.seen), file.number(c.served);
  file.number(c.seconds), file.number(c.best), file.number(c.best_update), file.number(c.log_bytes);
  file.arrays(c.learned.parameters), file.arrays(c.learned.states);
  file.arrays(c.learned.memories);
}

Error damaged(const std::string& path, const char* what) {
  return malformed(path, std::string(what) +
                             "; remove it and train without --resume, from the _last.weights beside it "
                             "where that is there");
}

}  // namespace

// FNV's rule [Fowler, Noll & Vo], eight bytes at a time.
std::uint64_t fingerprint(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t here = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), here);
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
    bytes.remove_prefix(here);
  }
  return hash;
}

Result<void> write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  Writer writer;
  writer.number(current_version);
  all(writer, checkpoint);
  std::string bytes = writer.take();
  const std::uint64_t hash = fingerprint(bytes);
  bytes.append(reinterpret_cast<const char*>(&hash), sizeof hash);
  auto file = OutputFile::open(path);
  if (!file) return file.error();
  if (auto done = file->write(bytes); !done) return done;
  return file->commit();
}

Result<Checkpoint> read_checkpoint(const std::string& path) {
  const auto bytes = read_file(path, most_bytes);
  if (!bytes) return bytes.error();
  std::string_view body = *bytes;
  if (!body.starts_with(name)) return damaged(path, "it is no checkpoint of a training");
  std::uint64_t hash = 0, its_version = 0;
  if (body.size() < name.size() + sizeof its_version + sizeof hash) return damaged(path, "it is cut short");
  std::memcpy(&hash, body.data() + body.size() - sizeof hash, sizeof hash);
  body.remove_suffix(sizeof hash);
  if (hash != fingerprint(body)) return damaged(path, "it is damaged");
  Reader reader(body.substr(name.size()));
  reader.number(its_version);
  if (its_version != current_version) return damaged(path, "it is of another version of nightjar");
  Checkpoint checkpoint;
  all(reader, checkpoint);
  if (!reader.read_it_all()) return damaged(path, "it is damaged");
  return checkpoint;
}

}  // namespace nightjar
