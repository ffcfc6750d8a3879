// Reading and atomic writing of files (engine/host/files.h, output_file.h).
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <new>

#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace nightjar;
using nightjar::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

int equal_draws = 0;     // of random numbers to come
bool no_copies = false;  // memory for a copy of a string is not there

}  // namespace

// In place of the C library's, for the engine too.
extern "C" ssize_t getrandom(void* bytes, size_t count, unsigned flags) {
  if (equal_draws == 0) return ::syscall(SYS_getrandom, bytes, count, flags);
  equal_draws--;
  std::memset(bytes, 0x5a, count);
  return static_cast<ssize_t>(count);
}
extern "C" char* strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* const copy = no_copies ? nullptr : std::malloc(size);
  return copy ? static_cast<char*>(std::memcpy(copy, text, size)) : nullptr;
}

TEST_CASE("read_file returns every byte, up to its cap and no further") {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\nc", 5), file = folder.put("five", bytes);
  REQUIRE(read_file(file, 5));
  CHECK(*read_file(file, 5) == bytes);
  CHECK(read_file(folder.put("none", ""), 5)->empty());
  const auto refused = read_file(file, 4);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Failure::too_large);
  CHECK(refused.error().message == file + ": 5 bytes; at most 4 bytes are read");
}

TEST_CASE("read_file refuses what is no regular file, at once") {
  const TemporaryFolder folder;
  const std::string fifo = folder / "fifo", loop = folder / "loop";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  REQUIRE(::symlink(loop.c_str(), loop.c_str()) == 0);
  const std::pair<std::string, std::string> cases[] = {{folder / "missing", "No such file or directory"},
                                                       {folder.path, "is a folder"},
                                                       {fifo, "is a FIFO"},
                                                       {"/dev/zero", "is a device"},
                                                       {loop, "symbolic links"},
                                                       {folder / std::string(5000, 'x'), "too long"}};
  for (const auto& [path, why] : cases) {
    const auto refused = read_file(path, 100);
    INFO(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Failure::cannot_read);
    CHECK(refused.error().message.find(why) != std::string::npos);
  }
}

TEST_CASE("An output replaces the old file only when it is whole") {
  const TemporaryFolder folder;
  const std::string path = folder.put("out.json", "old");
  {
    auto file = OutputFile::open(path);
    REQUIRE(file);
    REQUIRE(file->write("ne"));
    CHECK(*read_file(path, 100) == "old");
  }
  CHECK(*read_file(path, 100) == "old");
  CHECK(folder.entries() == 1);
  fs::permissions(path, fs::perms(0640));
  REQUIRE(write_file(path, "new"));
  CHECK(*read_file(path, 100) == "new");
  CHECK(fs::status(path).permissions() == fs::perms(0640));
  CHECK(folder.entries() == 1);
}

TEST_CASE("An output through a link replaces what the link leads to") {
  const TemporaryFolder folder;
  const std::string path = folder.put("real", "old"), link = folder / "link";
  fs::create_symlink("real", link);
  REQUIRE(write_file(link, "new"));
  CHECK(fs::is_symlink(link));
  CHECK(*read_file(path, 100) == "new");
}

TEST_CASE("An output that cannot be written is refused when it is opened") {
  const TemporaryFolder folder;
  for (const std::string& path :
       {folder.path.string(), folder / "missing/out", folder / "out/", std::string()}) {
    const auto refused = OutputFile::open(path);
    INFO(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Failure::cannot_write);
  }
  CHECK(folder.entries() == 0);
  CHECK(write_file("/dev/null", "x"));
  CHECK(fs::is_character_file("/dev/null"));
  const auto full = write_file("/dev/full", "x");
  REQUIRE_FALSE(full);
  CHECK(full.error().message == "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("What is there under a temporary's name is left alone, and another name taken") {
  const TemporaryFolder folder;
  equal_draws = 3;
  auto first = OutputFile::open(folder / "a"), second = OutputFile::open(folder / "b");
  CHECK(equal_draws == 0);
  REQUIRE((first && second));
  CHECK(folder.entries() == 2);
  REQUIRE((first->write("1") && second->write("2") && first->commit() && second->commit()));
  CHECK(*read_file(folder / "a", 9) == "1");
  CHECK(*read_file(folder / "b", 9) == "2");
  auto other = OutputFile::open(folder / "c");
  equal_draws = 1000;
  auto left = OutputFile::open(folder / "d");  // as by a process that was killed
  const auto refused = OutputFile::open(folder / "e");
  equal_draws = 0;
  REQUIRE(left);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find(folder.path.string() + " that were tried are taken") !=
        std::string::npos);
}

TEST_CASE("Temporaries have names that no other process takes") {
  const TemporaryFolder folder;
  const auto names = [&] {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder.path)) all.push_back(entry.path().filename());
    return all;
  };
  std::string before;
  for (int i = 0; i < 3; i++) {
    const auto file = OutputFile::open(folder / "a");
    REQUIRE(names().size() == 1);
    const std::string name = names().front();
    CHECK(name != before);
    CHECK(name.find(std::to_string(::getpid()) + "-") == std::string::npos);
    before = name;
  }
}

TEST_CASE("Without memory to remember a temporary there is none") {
  const TemporaryFolder folder;
  no_copies = true;
  CHECK_THROWS_AS(OutputFile::open(folder / "a"), std::bad_alloc);
  no_copies = false;
  CHECK(folder.entries() == 0);
  CHECK(write_file(folder / "a", "x"));
}

TEST_CASE("A real path is the same however a file is named, there or not") {
  const TemporaryFolder folder;
  const std::string root = real_path(folder.path);
  folder.put("file", "");
  fs::create_symlink("file", folder / "link");
  CHECK(real_path(folder / "./link") == root + "/file");
  CHECK(real_path(folder / "gone/./deeper") == root + "/gone/deeper");
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  CHECK(real_path("file") == root + "/file");
  CHECK(real_path("./gone") == root + "/gone");
  fs::current_path(before);
}

TEST_CASE("remove_temporaries removes what is open and nothing else") {
  const TemporaryFolder folder;
  const std::string kept = folder.put("a", "old");
  auto open = OutputFile::open(kept), other = OutputFile::open(folder / "b");
  REQUIRE((open && other));
  CHECK(folder.entries() == 3);
  REQUIRE(other->commit());
  remove_temporaries();
  CHECK(folder.entries() == 2);
  CHECK(*read_file(kept, 100) == "old");
}

TEST_CASE("Folders are checked without being made") {
  const TemporaryFolder folder;
  CHECK(check_folder(folder / "new"));
  CHECK(check_folder(folder / "new/"));
  CHECK(folder.entries() == 0);
  CHECK_FALSE(check_folder(folder / "new/deeper"));
  CHECK_FALSE(check_folder(folder.put("file", "")));
  CHECK(make_folder(folder / "new"));
  CHECK(make_folder(folder / "new"));
  CHECK(fs::is_directory(folder / "new"));
}
