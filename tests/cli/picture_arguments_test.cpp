// Parts of a list of pictures for several machines (apps/nightjar/picture_arguments.h).
#include "apps/nightjar/picture_arguments.h"

#include <algorithm>

#include "tests/catch.h"

using namespace nightjar;

TEST_CASE("Shards have each picture once, and as many as one another but for one") {
  std::vector<std::string> paths;
  for (int i = 0; i < 10; ++i) paths.push_back(std::to_string(i));
  CHECK(part_of(paths, {2, 3}) == std::vector<std::string>{"1", "4", "7"});
  CHECK(part_of(paths, {11, 12}).empty());
  for (const int of : {1, 2, 3, 10, 12}) {
    std::vector<std::string> all;
    for (int number = 1; number <= of; ++number) {
      const auto part = part_of(paths, {number, of});
      CHECK(static_cast<int>(part.size()) - 10 / of <= 1);
      CHECK(static_cast<int>(part.size()) >= 10 / of);
      all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end());
    CHECK(all == paths);
  }
}

TEST_CASE("A shard is I/N with I from 1 to N") {
  const auto shard = parse_shard("2/8");
  REQUIRE(shard);
  CHECK(shard->number == 2);
  CHECK(shard->of == 8);
  for (const char* text :
       {"", "2", "/", "0/8", "9/8", "1/0", "-1/2", "1/2/3", "1 /2", "1/99999999999", "a/b"}) {
    INFO(text);
    CHECK_FALSE(parse_shard(text));
  }
}
