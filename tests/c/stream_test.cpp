// Pictures pushed, results taken: in order, whatever fails on the way, and stopped at any time.
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/c/red_network.h"

using namespace nightjar::testing;

namespace {

const std::string fixtures = NIGHTJAR_SOURCE_DIR "/tests/fixtures/";

Owned<nightjar_stream> stream_of(const nightjar_model* model,
                                 const nightjar_stream_options* options = nullptr) {
  return made<nightjar_stream>([&](nightjar_stream** out, nightjar_error** error) {
    return nightjar_stream_create(model, nullptr, options, out, error);
  });
}

Owned<nightjar_streamed> next_of(nightjar_stream* stream) {
  return made<nightjar_streamed>([&](nightjar_streamed** out, nightjar_error** error) {
    return nightjar_stream_next(stream, out, error);
  });
}

void push(nightjar_stream* stream, const RedPicture& picture, const std::string& name) {
  REQUIRE(nightjar_stream_push_picture(stream, &picture.picture, name.c_str(), nullptr) == NIGHTJAR_OK);
}

}  // namespace

TEST_CASE("results come in the order of pictures, for any number of threads and batch") {
  const auto model = red_model();
  nightjar_stream_options options;
  nightjar_stream_options_init(&options);
  options.threads = GENERATE(1, 3);
  options.batch = GENERATE(1, 4);
  const auto stream = stream_of(model.get(), &options);
  for (int i = 0; i < 21; ++i)
    push(stream.get(), RedPicture(i % 4, i / 4 % 4), "picture " + std::to_string(i));
  nightjar_stream_end(stream.get());
  for (int i = 0; i < 21; ++i) {
    const auto streamed = next_of(stream.get());
    REQUIRE(streamed);
    CHECK(nightjar_streamed_name(streamed.get()) == "picture " + std::to_string(i));
    CHECK(nightjar_streamed_index(streamed.get()) == static_cast<std::size_t>(i));
    CHECK(nightjar_streamed_error(streamed.get()) == nullptr);
    CHECK(is_box_of_cell(nightjar_streamed_detections(streamed.get()), i % 4, i / 4 % 4));
    CHECK(nightjar_streamed_size(streamed.get()).width == 32);
    CHECK(nightjar_streamed_picture(streamed.get()) == nullptr);
  }
  CHECK_FALSE(next_of(stream.get()));
  CHECK_FALSE(next_of(stream.get()));  // and it stays at its end
}

TEST_CASE("a picture that cannot be read is a result of its own") {
  const auto model = red_model();
  const auto stream = stream_of(model.get());
  const std::string good = fixtures + "good/rgb.png", missing = fixtures + "missing.png";
  REQUIRE(nightjar_stream_push_file(stream.get(), good.c_str(), nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_stream_push_file(stream.get(), missing.c_str(), nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_stream_push_encoded(stream.get(), "not a picture", 13, "bytes", nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_stream_push_file(stream.get(), good.c_str(), nullptr) == NIGHTJAR_OK);
  nightjar_stream_end(stream.get());
  CHECK(nightjar_streamed_detections(next_of(stream.get()).get()) != nullptr);
  const auto second = next_of(stream.get());
  CHECK(nightjar_error_status(nightjar_streamed_error(second.get())) == NIGHTJAR_CANNOT_READ);
  CHECK(nightjar_error_file(nightjar_streamed_error(second.get())) == missing);
  CHECK(nightjar_streamed_detections(second.get()) == nullptr);
  const auto third = next_of(stream.get());
  CHECK(nightjar_error_status(nightjar_streamed_error(third.get())) == NIGHTJAR_MALFORMED);
  CHECK(nightjar_streamed_name(third.get()) == std::string("bytes"));
  CHECK(nightjar_streamed_detections(next_of(stream.get()).get()) != nullptr);
  CHECK_FALSE(next_of(stream.get()));
}

TEST_CASE("encoded bytes and pixels are the stream's own once they were pushed") {
  const auto model = red_model();
  nightjar_stream_options options;
  nightjar_stream_options_init(&options);
  options.keep_pictures = 1;
  const auto stream = stream_of(model.get(), &options);
  {
    std::ifstream in(fixtures + "good/rgb.png", std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    REQUIRE(nightjar_stream_push_encoded(stream.get(), bytes.data(), bytes.size(), nullptr, nullptr) ==
            NIGHTJAR_OK);
    bytes.assign(bytes.size(), 0);
    RedPicture picture(3, 3);
    push(stream.get(), picture, "red");
    picture.pixels.assign(picture.pixels.size(), 0);
  }
  nightjar_stream_end(stream.get());
  CHECK(nightjar_streamed_error(next_of(stream.get()).get()) == nullptr);
  const auto red = next_of(stream.get());
  CHECK(is_box_of_cell(nightjar_streamed_detections(red.get()), 3, 3));
  const nightjar_picture* kept = nightjar_streamed_picture(red.get());
  REQUIRE(kept);
  CHECK(static_cast<const std::uint8_t*>(kept->pixels)[(24 * 32 + 24) * 3] == 255);
}

TEST_CASE("one thread pushes while another one takes, and each waits for the other") {
  const auto model = red_model();
  const auto stream = stream_of(model.get());
  constexpr int count = 200;
  std::thread pusher([&] {
    for (int i = 0; i < count; ++i) {
      const RedPicture picture(i % 4, 0);
      nightjar_stream_push_picture(stream.get(), &picture.picture, "red", nullptr);
    }
    nightjar_stream_end(stream.get());
  });
  int right = 0;
  while (const auto streamed = next_of(stream.get())) {
    right += is_box_of_cell(nightjar_streamed_detections(streamed.get()), right % 4, 0);
  }
  pusher.join();
  CHECK(right == count);
  CHECK(nightjar_stream_pending(stream.get()) == 0);
}

TEST_CASE("as many as nightjar_stream_ahead() on their way are enough to get one back") {
  const auto model = red_model();
  nightjar_stream_options options;
  nightjar_stream_options_init(&options);
  options.threads = GENERATE(1, 2, 5);
  options.batch = GENERATE(1, 4);
  const auto stream = stream_of(model.get(), &options);
  for (int i = 0; i < 30; ++i) {
    while (nightjar_stream_pending(stream.get()) < nightjar_stream_ahead(stream.get()))
      push(stream.get(), RedPicture(1, 1), "red");
    REQUIRE(nightjar_stream_wait(stream.get(), 60) == 1);
    CHECK(is_box_of_cell(nightjar_streamed_detections(next_of(stream.get()).get()), 1, 1));
  }
}

TEST_CASE("a wait ends by itself, and a stream that is stopped waits for nobody") {
  const auto model = red_model();
  {
    const auto stream = stream_of(model.get());
    CHECK(nightjar_stream_wait(stream.get(), .01) == 0);
  }
  const auto stream = stream_of(model.get());
  for (int i = 0; i < 50; ++i) push(stream.get(), RedPicture(0, 0), "red");  // of which none is taken
}

TEST_CASE("what a stream does not take") {
  const auto model = red_model();
  const auto stream = stream_of(model.get());
  const float pixels[3] = {0, 0, 0};
  nightjar_picture picture;
  nightjar_picture_init_hwc(&picture, pixels, NIGHTJAR_FLOAT, 1, 1, 3);
  CHECK(nightjar_stream_push_picture(stream.get(), &picture, "floats", nullptr) == NIGHTJAR_USAGE);
  CHECK(nightjar_stream_push_file(stream.get(), nullptr, nullptr) == NIGHTJAR_USAGE);
  nightjar_stream_end(stream.get());
  CHECK(nightjar_stream_push_file(stream.get(), "late.png", nullptr) == NIGHTJAR_USAGE);
  nightjar_stream_options options;
  nightjar_stream_options_init(&options);
  options.batch = 0;
  CHECK(nightjar_error_status(failure([&](nightjar_error** out) {
                                nightjar_stream* none = nullptr;
                                return nightjar_stream_create(model.get(), nullptr, &options, &none, out);
                              }).get()) == NIGHTJAR_USAGE);
}
