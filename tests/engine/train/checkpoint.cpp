// The file that a training goes on from.
#include "engine/train/checkpoint.h"

#include <iterator>
#include <tuple>

#include "tests/catch.h"
#include "tests/engine/temporary_files.h"

using namespace nightjar;

namespace {

Checkpoint some_checkpoint() {
  Checkpoint c{
      .cfg = 0xfedcba9876543210u, .seed = 7, .frozen = 3, .material = 9, .size = 205, .updates = 1000};
  c.update = 120, c.seen = std::uint64_t{1} << 40, c.served = 961, c.seconds = 12.5;
  c.best = .875, c.best_update = 100, c.log_bytes = 4321;
  c.learned.parameters = {{1, 2, 3}, {}, {-.5f}};
  c.learned.states = {{0, 1e-38f}};
  return c;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool same(const Checkpoint& a, const Checkpoint& b) {
  const auto words = [](const Checkpoint& c) {
    return std::tuple(c.cfg, c.seed, c.frozen, c.material, c.size, c.updates, c.update, c.seen, c.served,
                      c.seconds, c.best, c.best_update, c.log_bytes, c.learned.parameters, c.learned.states);
  };
  return words(a) == words(b);
}

}  // namespace

TEST_CASE("a checkpoint comes back as it was written") {
  const testing::TemporaryFile file(".checkpoint", "");
  const std::string path = file.path();
  REQUIRE(write_checkpoint(path, some_checkpoint()));
  const auto back = read_checkpoint(path);
  REQUIRE(back);
  CHECK(same(*back, some_checkpoint()));
}

TEST_CASE("a checkpoint that is not whole is refused, wherever it is damaged") {
  const testing::TemporaryFile file(".checkpoint", "");
  const std::string path = file.path();
  REQUIRE(write_checkpoint(path, some_checkpoint()));
  const std::string whole = bytes_of(path);
  const auto check_refused = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    const auto refused = read_checkpoint(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Failure::malformed);
    CHECK(refused.error().message.find(path) == 0);
    CHECK(refused.error().message.find("train without --resume") != std::string::npos);
  };
  for (std::size_t length = 0; length < whole.size(); ++length) check_refused(whole.substr(0, length));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    check_refused(damaged);
  }
  check_refused(whole + "x");
}

TEST_CASE("fingerprints tell texts apart") {
  CHECK(fingerprint("") != fingerprint(std::string_view("\0", 1)));
  CHECK(fingerprint("batch=1") != fingerprint("batch=2"));
  CHECK(fingerprint("12345678a") != fingerprint("12345678b"));
  CHECK(fingerprint("same") == fingerprint("same"));
}
