// Examples by number: the same whoever makes them, and whatever cannot be had.
#include <algorithm>
#include <atomic>
#include <set>

#include "tests/catch.h"
#include "tests/engine/train/drawn_set.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

constexpr Shape small{3, 32, 40}, large{3, 48, 64};

Augmentation everything() {
  Augmentation a;
  a.jitter = .2f, a.resize = 1.5f;
  a.hue = .1f, a.saturation = a.exposure = 1.5f;
  a.flip_vertical = true;
  a.mix = Mix::mosaic;
  a.blur = 5, a.noise = .05f;
  return a;
}

std::unique_ptr<ExampleStream> stream_of(std::shared_ptr<const TrainingSet> set, const Augmentation& a,
                                         ExampleStream::Options options) {
  auto stream = ExampleStream::create(std::move(set), a, std::move(options));
  REQUIRE(stream);
  return std::move(*stream);
}

std::vector<Example> take(ExampleStream& stream, int count, const Shape& input = small) {
  auto examples = stream.next(count, input);
  REQUIRE(examples);
  return std::move(*examples);
}

void check_same(const std::vector<Example>& a, const std::vector<Example>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].picture == b[i].picture);
    CHECK(a[i].truth == b[i].truth);
  }
}

// Of pictures that say their number by their brightness, unchanged.
std::vector<int> numbers_of(const std::vector<Example>& examples) {
  std::vector<int> numbers;
  for (const Example& example : examples) numbers.push_back(static_cast<int>(example.picture[0] * 255 + .5f));
  return numbers;
}

Augmentation nothing() {
  Augmentation a;
  a.flip = false;
  return a;
}

}  // namespace

TEST_CASE("Examples are the same on any number of threads, and wherever the stream starts") {
  const auto set = drawn_set(5, picture_of_two);
  const auto alone = stream_of(set, everything(), {.seed = 3, .threads = 0});
  const std::vector<Example> expected = take(*alone, 12);
  CHECK(expected[0].picture != expected[1].picture);
  for (int threads = 1; threads <= 3; ++threads) {
    for (const int ahead : {0, 5}) {
      const auto stream =
          stream_of(set, everything(), {.seed = 3, .threads = threads, .ahead = ahead, .cache_bytes = 60000});
      std::vector<Example> found = take(*stream, 3), rest = take(*stream, 9);
      found.insert(found.end(), rest.begin(), rest.end());
      check_same(found, expected);
      CHECK(stream->served() == 12);
    }
  }
  const auto later = stream_of(set, everything(), {.seed = 3, .first = 7, .threads = 2});
  check_same(take(*later, 5), {expected.begin() + 7, expected.end()});
  const auto other = stream_of(set, everything(), {.seed = 4});
  CHECK(take(*other, 1)[0].picture != expected[0].picture);
}

TEST_CASE("Another size is the same pictures at that size") {
  const auto set = drawn_set(4, picture_of_two);
  const auto steady = stream_of(set, everything(), {.seed = 1}),
             changing = stream_of(set, everything(), {.seed = 1, .threads = 2, .ahead = 6});
  const std::vector<Example> expected = take(*steady, 6, large);
  take(*changing, 2, small);
  check_same(take(*changing, 4, large), {expected.begin() + 2, expected.end()});
}

TEST_CASE("Each epoch has every picture once, in an order of its own") {
  constexpr int size = 23;
  const auto stream = stream_of(drawn_set(size, grey_picture), nothing(), {.threads = 2, .ahead = 4});
  const std::vector<int> first = numbers_of(take(*stream, size)), second = numbers_of(take(*stream, size));
  CHECK(std::set<int>(first.begin(), first.end()).size() == size);
  CHECK(std::set<int>(second.begin(), second.end()).size() == size);
  CHECK(first != second);
}

TEST_CASE("A picture that cannot be had is told once, and another takes its place") {
  std::atomic<int> tries = 0;
  const auto set = drawn_set(6, [&](int index) -> Result<TrainingPicture> {
    if (index != 2 && index != 5) return grey_picture(index);
    ++tries;
    return Error{Failure::malformed, std::to_string(index) + ".jpg: broken"};
  });
  std::vector<std::string> told;
  const auto tell = [&](const Error& error) { told.push_back(error.message); };
  const auto stream = stream_of(set, nothing(), {.threads = 0, .told = tell});
  const std::vector<int> numbers = numbers_of(take(*stream, 18));
  std::sort(told.begin(), told.end());
  CHECK(told == std::vector<std::string>{"2.jpg: broken", "5.jpg: broken"});
  CHECK(stream->left_out() == 2);
  CHECK(tries == 2);
  for (int i = 0; i < 6; ++i) {
    const bool broken = i == 2 || i == 5;
    CHECK(std::count(numbers.begin(), numbers.end(), i) == (broken ? 0 : i == 3 || i == 0 ? 6 : 3));
  }
}

TEST_CASE("Where no picture can be had, that is the end") {
  const auto none = drawn_set(3, [](int index) -> Result<TrainingPicture> {
    return Error{Failure::cannot_read, std::to_string(index) + ".jpg: not there"};
  });
  for (const int threads : {0, 2}) {
    const auto stream = stream_of(none, nothing(), {.threads = threads});
    const auto examples = stream->next(4, small);
    REQUIRE_FALSE(examples);
    CHECK(examples.error().kind == Failure::cannot_read);
    CHECK(examples.error().message.find("none of the 3 pictures") == 0);
    CHECK(stream->left_out() == 3);
    CHECK_FALSE(stream->next(1, small));
  }
  CHECK_FALSE(ExampleStream::create(drawn_set(0, grey_picture), {}, {}));
}

TEST_CASE("A stream may end while examples are made") {
  const auto stream = stream_of(drawn_set(4, picture_of_two), everything(), {.threads = 3, .ahead = 100});
  take(*stream, 1, large);
}
