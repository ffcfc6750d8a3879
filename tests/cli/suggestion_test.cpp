#include "apps/nightjar/suggestion.h"

#include "tests/catch.h"

using nightjar::suggestion;

namespace {

constexpr std::string_view words[] = {"detect", "detector", "layers", "dont_show", "out", "t"};

std::string meant(std::string_view word) {
  return suggestion(word, words);
}

}  // namespace

TEST_CASE("a word is suggested where one letter in three is wrong at most") {
  CHECK(meant("detct") == "; did you mean 'detect'?");    // one too few
  CHECK(meant("dettect") == "; did you mean 'detect'?");  // one too many
  CHECK(meant("detevt") == "; did you mean 'detect'?");   // another one
  CHECK(meant("detetc") == "; did you mean 'detect'?");   // two that changed places
  CHECK(meant("tou") == "");                              // two changes of three letters
  CHECK(meant("otu") == "; did you mean 'out'?");
  CHECK(meant("laeysr") == "; did you mean 'layers'?");
  CHECK(meant("bench") == "");
}

TEST_CASE("the nearest word is suggested, of equals the first") {
  CHECK(meant("detecto") == "; did you mean 'detect'?");
  CHECK(meant("detectorr") == "; did you mean 'detector'?");
}

TEST_CASE("what stands in front of a flag is named, too") {
  CHECK(suggestion("dont-show", words, "-") == "; did you mean '-dont_show'?");
}

TEST_CASE("short words and endless ones are like nothing") {
  CHECK(meant("") == "");
  CHECK(meant("x") == "");  // not t
  CHECK(meant(std::string(1 << 20, 'd')) == "");
  CHECK(suggestion("detct", {}) == "");
}
