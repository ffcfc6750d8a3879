// What picture arguments stand for (apps/nightjar/files/picture_list.h).
#include "apps/nightjar/files/picture_list.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace nightjar;
using nightjar::testing::TemporaryFolder;

TEST_CASE("Picture arguments stand for files, folders, patterns and lists") {
  const TemporaryFolder folder;
  for (const char* name : {"b.PNG", "a.jpg", "c.txt", "d[1].jpg"}) folder.put(name, "");
  const std::string list_file = folder.put("list", "\xef\xbb\xbfone.jpg\r\n\ntwo words.png");
  const std::vector<std::string> arguments = {"gone.jpg",          folder.path,     folder / "*.jpg",
                                              folder / "d[1].jpg", "@" + list_file, "-"};
  const auto list = expand_pictures(arguments, false);
  REQUIRE(list);
  CHECK(list->passed_over == 2);  // c.txt, list
  CHECK(list->paths == std::vector<std::string>{"gone.jpg", folder / "a.jpg", folder / "b.PNG",
                                                folder / "d[1].jpg", folder / "a.jpg", folder / "d[1].jpg",
                                                folder / "d[1].jpg", "one.jpg", "two words.png", "-"});
}

TEST_CASE("Folders, patterns and lists without pictures are refused") {
  const TemporaryFolder folder;
  const std::pair<std::string, Failure> cases[] = {{folder.path, Failure::cannot_read},
                                                   {folder / "*.jpg", Failure::cannot_read},
                                                   {"@" + (folder / "gone"), Failure::cannot_read},
                                                   {"@" + folder.put("empty", "\n"), Failure::malformed}};
  for (const auto& [argument, kind] : cases) {
    const auto refused = expand_pictures(std::vector<std::string>{argument}, false);
    INFO(argument);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == kind);
  }
}

TEST_CASE("Folders in folders are looked into where that is asked for") {
  const TemporaryFolder folder;
  folder.put("a.jpg", "");
  std::filesystem::create_directories(folder / "deep/er");
  for (const char* name : {"deep/b.webp", "deep/er/c.png", "deep/er/notes"}) folder.put(name, "");
  const std::vector<std::string> arguments{folder.path};
  CHECK(expand_pictures(arguments, false)->paths == std::vector<std::string>{folder / "a.jpg"});
  const auto list = expand_pictures(arguments, true);
  REQUIRE(list);
  CHECK(list->paths ==
        std::vector<std::string>{folder / "a.jpg", folder / "deep/b.webp", folder / "deep/er/c.png"});
  CHECK(list->passed_over == 1);
}
