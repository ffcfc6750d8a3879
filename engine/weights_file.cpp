// The .weights file as a source of parameters: read in place, piece by piece, never whole.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "engine/parameters.h"
#include "parsers/weights.h"

static_assert(std::endian::native == std::endian::little,
              ".weights files are little-endian and are read as they are");

namespace nightjar {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// Bytes read at `offset`, fewer than asked only at the end of the file; -1 with errno.
std::int64_t read_at(int fd, void* to, std::int64_t bytes, std::int64_t offset) {
  std::int64_t done = 0;
  while (done < bytes) {
    const ssize_t n =
        pread(fd, static_cast<char*>(to) + done, static_cast<std::size_t>(bytes - done), offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    done += n;
  }
  return done;
}

class WeightsFile : public ParameterSource {
 public:
  WeightsFile(std::string file, Descriptor fd, int header_bytes)
      : file_(std::move(file)), fd_(std::move(fd)), header_bytes_(header_bytes) {}

  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    const Parameter& parameter = graph.parameters[static_cast<std::size_t>(index)];
    const auto bytes = static_cast<std::int64_t>(values.size_bytes());
    const std::int64_t offset = header_bytes_ + parameter.offset * std::int64_t{sizeof(float)};
    const std::int64_t got = read_at(fd_.get(), values.data(), bytes, offset);
    if (got == bytes) return {};
    if (got < 0) return Error{Failure::cannot_read, file_ + ": cannot be read: " + std::strerror(errno)};
    return Error{Failure::cannot_read, file_ + ": became shorter while it was read"};
  }

 private:
  std::string file_;
  Descriptor fd_;
  int header_bytes_;
};

std::string layer_name(const Graph& graph, int layer) {
  return "layer " + std::to_string(layer) + " (" + graph.layer_type[static_cast<std::size_t>(layer)] + ")";
}

bool is_first_of_layer(const Graph& graph, const Parameter& parameter) {
  const Parameter* before = &parameter == graph.parameters.data() ? nullptr : &parameter - 1;
  return !before || before->layer != parameter.layer;
}

Error wrong_size(const std::string& file, const Graph& graph, std::int64_t bytes, std::int64_t header) {
  const std::int64_t needed = header + graph.parameter_floats() * std::int64_t{sizeof(float)};
  const std::string sizes =
      file + ": " + std::to_string(bytes) + " bytes, " + graph.file + " needs " + std::to_string(needed);
  if (bytes > needed) {
    return {Failure::malformed, sizes + ": " + std::to_string(bytes - needed) +
                                    " bytes are left over; does this file belong to another cfg?"};
  }
  for (const Parameter& parameter : graph.parameters) {
    const std::int64_t start = header + parameter.offset * std::int64_t{sizeof(float)};
    if (start + parameter.count * std::int64_t{sizeof(float)} <= bytes) continue;
    const bool boundary = start == bytes && is_first_of_layer(graph, parameter);
    if (boundary && bytes > header) {
      return {Failure::malformed,
              sizes + ": it ends before " + layer_name(graph, parameter.layer) +
                  ", as a cutoff file for training does; detecting needs the whole network's weights"};
    }
    return {Failure::malformed, sizes + ": it ends within the " + name_of(parameter) + " of " +
                                    layer_name(graph, parameter.layer) +
                                    "; was its download cut short, or does it belong to another cfg?"};
  }
  return {Failure::malformed, sizes};
}

}  // namespace

Result<std::unique_ptr<ParameterSource>> open_weights(const std::string& file, const Graph& graph) {
  Descriptor fd(open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) return Error{Failure::cannot_read, file + ": " + std::strerror(errno)};
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return Error{Failure::cannot_read, file + ": " + std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) {
    return Error{Failure::cannot_read, file + ": " +
                                           (S_ISDIR(status.st_mode) ? "a directory" : "not a regular file") +
                                           "; a .weights file is needed"};
  }
  // A little more than the header, so that text can be told from weights.
  char first[512];
  const std::int64_t got = read_at(fd.get(), first, sizeof first, 0);
  if (got < 0) return Error{Failure::cannot_read, file + ": cannot be read: " + std::strerror(errno)};
  const auto header = parse_weights_header(std::string_view(first, static_cast<std::size_t>(got)), file);
  if (!header) return header.error();
  const std::int64_t needed = header->bytes + graph.parameter_floats() * std::int64_t{sizeof(float)};
  if (status.st_size != needed) return wrong_size(file, graph, status.st_size, header->bytes);
  return std::unique_ptr<ParameterSource>(new WeightsFile(file, std::move(fd), header->bytes));
}

}  // namespace nightjar
