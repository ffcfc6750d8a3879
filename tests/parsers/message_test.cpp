// Wording of errors: what of a file's text may reach a terminal.
#include "parsers/message.h"

#include "tests/parsers/files.h"

using namespace nightjar;

TEST_CASE("printable text passes, control bytes and broken UTF-8 are escaped") {
  CHECK(printable("stride") == "stride");
  CHECK(printable("\xc3\xa9 \xe6\x9c\xac \xf0\x9f\x90\xa6") == "\xc3\xa9 \xe6\x9c\xac \xf0\x9f\x90\xa6");
  CHECK(printable(std::string_view("a\0b\n\r\t\x1b[31m\x7f", 12)) == "a\\x00b\\n\\r\\t\\x1b[31m\\x7f");
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");               // overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");      // surrogate
  CHECK(printable("\xf4\x90\x80\x80").starts_with("\\xf4"));  // past U+10FFFF
  CHECK(printable("\xe6\x9c") == "\\xe6\\x9c");               // cut
  CHECK(printable("\xc2\x9b"
                  "31m") ==
        "\\xc2\\x9b"
        "31m");  // C1: an escape sequence in one character
}

TEST_CASE("long text is cut between characters") {
  CHECK(printable(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(printable(std::string(61, 'x')) == std::string(60, 'x') + "...");
  CHECK(printable("a\xc3\xa9", 2) == "a...");
}

TEST_CASE("places and messages name the file, escaped") {
  CHECK(place("a.cfg", 3) == "a.cfg:3");
  CHECK(place("a\n.cfg") == "a\\n.cfg");
  CHECK(malformed("a.cfg", 3, "is\x1b wrong").message == "a.cfg:3: is\\x1b wrong");
  CHECK(too_large("a.cfg", "long").kind == Failure::too_large);
}
