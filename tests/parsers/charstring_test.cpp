// Charstrings: each drawing operator against the operators it abbreviates, and what is not sound.
#include "parsers/font/charstring.h"

#include <string>
#include <variant>

#include "parsers/font/charstring_operators.h"
#include "tests/parsers/files.h"

using namespace nightjar;
using namespace nightjar::charstring;

namespace {

using Item = std::variant<int, Operator>;

std::string program(const std::vector<Item>& items) {
  std::string bytes;
  for (const Item& item : items) {
    if (const int* number = std::get_if<int>(&item)) {
      bytes += {'\x1c', static_cast<char>(*number >> 8), static_cast<char>(*number)};
    } else {
      const int op = std::get<Operator>(item);
      if (op > 255) bytes += static_cast<char>(op >> 8);
      bytes += static_cast<char>(op);
    }
  }
  return bytes;
}

std::optional<Outline> run(const std::vector<Item>& items) {
  return run_charstring(program(items), {}, {});
}

// Draws from (10, 20) with the one operator, and with pairs and sixes of numbers.
void check_same(const std::vector<Item>& items, const std::vector<Item>& spelt_out) {
  std::vector<Item> a{10, 20, rmoveto}, b = a;
  a.insert(a.end(), items.begin(), items.end());
  b.insert(b.end(), spelt_out.begin(), spelt_out.end());
  const auto found = run(a), expected = run(b);
  REQUIRE((found && expected));
  REQUIRE(found->size() == expected->size());
  for (std::size_t i = 0; i < found->size(); ++i) {
    const OutlineStep &f = (*found)[i], &e = (*expected)[i];
    CAPTURE(i);
    CHECK(f.kind == e.kind);
    for (const auto& [p, q] :
         {std::pair{f.to, e.to}, {f.first_control, e.first_control}, {f.second_control, e.second_control}}) {
      CHECK(p.x == q.x);
      CHECK(p.y == q.y);
    }
  }
}

}  // namespace

TEST_CASE("a curve goes through the points that its numbers lead to") {
  const auto outline = run({100, hmoveto, 1, 2, 30, 40, 500, 600, rrcurveto, endchar});
  REQUIRE(outline);
  REQUIRE(outline->size() == 2);
  const OutlineStep& curve = outline->back();
  CHECK((curve.first_control.x == 101 && curve.first_control.y == 2));
  CHECK((curve.second_control.x == 131 && curve.second_control.y == 42));
  CHECK((curve.to.x == 631 && curve.to.y == 642));
}

TEST_CASE("short operators draw what they stand for") {
  check_same({1, 2, 3, hlineto}, {1, 0, 0, 2, 3, 0, rlineto});
  check_same({1, 2, 3, vlineto}, {0, 1, 2, 0, 0, 3, rlineto});
  check_same({1, 2, 3, 4, 5, 6, 7, 8, rcurveline}, {1, 2, 3, 4, 5, 6, rrcurveto, 7, 8, rlineto});
  check_same({7, 8, 1, 2, 3, 4, 5, 6, rlinecurve}, {7, 8, rlineto, 1, 2, 3, 4, 5, 6, rrcurveto});
  check_same({9, 1, 2, 3, 4, 5, 6, 7, 8, hhcurveto}, {1, 9, 2, 3, 4, 0, 5, 0, 6, 7, 8, 0, rrcurveto});
  check_same({9, 1, 2, 3, 4, 5, 6, 7, 8, vvcurveto}, {9, 1, 2, 3, 0, 4, 0, 5, 6, 7, 0, 8, rrcurveto});
  check_same({1, 2, 3, 4, 5, 6, 7, 8, 9, hvcurveto}, {1, 0, 2, 3, 0, 4, 0, 5, 6, 7, 8, 9, rrcurveto});
  check_same({1, 2, 3, 4, 5, 6, 7, 8, 9, vhcurveto}, {0, 1, 2, 3, 4, 0, 5, 0, 6, 7, 9, 8, rrcurveto});
  check_same({1, 2, 3, 4, 5, 6, 7, hflex}, {1, 0, 2, 3, 4, 0, 5, 0, 6, -3, 7, 0, rrcurveto});
  check_same({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 50, flex},
             {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, rrcurveto});
  check_same({1, 2, 3, 4, 5, 6, 7, 8, 9, hflex1}, {1, 2, 3, 4, 5, 0, 6, 0, 7, 8, 9, -14, rrcurveto});
  // The last number goes the way that the others went further.
  check_same({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, flex1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -25, 11, rrcurveto});
  check_same({2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 11, flex1}, {2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 11, -25, rrcurveto});
}

TEST_CASE("hints and widths draw nothing") {
  check_same({1, 2, 3, 4, hstemhm, 5, 6, vstem, 7, 8, rlineto}, {7, 8, rlineto});
  // Nine hints take two bytes of mask, the last of which looks like endchar.
  std::vector<Item> hints(18, 1);
  std::string masked = program({10, 20, rmoveto}) + program(hints) + program({hintmask}) + "\xff\x0e";
  const auto outline = run_charstring(masked + program({7, 8, rlineto}), {}, {});
  REQUIRE(outline);
  CHECK(outline->size() == 2);
  CHECK(run({99, 10, 20, rmoveto})->front().to.x == 10);
}

TEST_CASE("a charstring that is not sound draws nothing") {
  CHECK_FALSE(run({1, 2, rlineto}));              // from nowhere
  CHECK_FALSE(run({rmoveto}));                    // to nowhere
  CHECK_FALSE(run({1, 2, rmoveto, 3, rlineto}));  // half a point
  CHECK_FALSE(run({1, 2, rmoveto, 1, 2, 3, rrcurveto}));
  CHECK_FALSE(run({1, 2, rmoveto, 1, 2, 3, flex}));
  CHECK_FALSE(run({0, callsubr}));                            // there is none
  CHECK_FALSE(run(std::vector<Item>(1000, 1)));               // more numbers than there is room for
  CHECK_FALSE(run_charstring("\x1c\x01", {}, {}));            // half a number
  CHECK_FALSE(run(std::vector<Item>(1 << 17, Item(hstem))));  // for ever, nearly
}

TEST_CASE("subroutines that call themselves end") {
  // An index of one: "-107 callsubr".
  const std::string self = program({-107, callsubr});
  const std::string index = std::string("\0\1\1\1", 4) + static_cast<char>(1 + self.size()) + self;
  const auto subroutines = CffIndex::read(index, 0);
  REQUIRE(subroutines);
  REQUIRE((*subroutines)[0] == self);
  CHECK_FALSE(run_charstring(self, {}, *subroutines));
}
