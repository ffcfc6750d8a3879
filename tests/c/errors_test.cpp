// What goes wrong: a status, a text, the file and the line; and nothing is left behind.
#include <cstring>

#include "tests/c/red_network.h"
#include "tests/temporary_folder.h"

using namespace nightjar::testing;

namespace {

Owned<nightjar_error> loading_fails(const std::string& cfg, const std::string& weights,
                                    const nightjar_model_options* options = nullptr) {
  const nightjar_source a = in_memory(cfg, "my.cfg"), b = in_memory(weights, "my.weights");
  auto* model = reinterpret_cast<nightjar_model*>(1);
  auto error =
      failure([&](nightjar_error** out) { return nightjar_model_load_from(&a, &b, options, &model, out); });
  CHECK(model == nullptr);
  return error;
}

}  // namespace

TEST_CASE("an error knows the file and the line that its message begins with") {
  const auto error = loading_fails("[net]\nwidth=32\nheight=32\nchannels=3\n[nothing]\n", "");
  CHECK(nightjar_error_status(error.get()) == NIGHTJAR_MALFORMED);
  CHECK(std::string(nightjar_error_file(error.get())) == "my.cfg");
  CHECK(nightjar_error_line(error.get()) == 5);
  CHECK(std::string(nightjar_error_message(error.get())).starts_with("my.cfg:5: "));
}

TEST_CASE("an error of the weights names the weights, and no line") {
  const auto error = loading_fails(red_cfg, red_weights().substr(0, 60));
  CHECK(nightjar_error_status(error.get()) == NIGHTJAR_MALFORMED);
  CHECK(std::string(nightjar_error_file(error.get())) == "my.weights");
  CHECK(nightjar_error_line(error.get()) == 0);
}

TEST_CASE("an error that is about no file names none") {
  const auto model = red_model();
  const auto error = failure([&](nightjar_error** out) {
    nightjar_context* context = nullptr;
    return nightjar_context_create(model.get(), 0, 1, &context, out);
  });
  CHECK(nightjar_error_status(error.get()) == NIGHTJAR_USAGE);
  CHECK(nightjar_error_file(error.get()) == nullptr);
}

TEST_CASE("a path with a colon and a number is a name, not a line") {
  const TemporaryFolder folder;
  const std::string cfg = folder.put("a:7: b", "[net]\nwidth=32\nheight=32\nchannels=3\n[nothing]\n");
  const auto error = failure([&](nightjar_error** out) {
    nightjar_model* model = nullptr;
    return nightjar_model_load(cfg.c_str(), "none.weights", nullptr, &model, out);
  });
  CHECK(std::string(nightjar_error_file(error.get())) == cfg);
  CHECK(nightjar_error_line(error.get()) == 5);
}

TEST_CASE("whoever wants no text gets the status alone") {
  nightjar_model* model = nullptr;
  CHECK(nightjar_model_load("missing.cfg", "", nullptr, &model, nullptr) == NIGHTJAR_CANNOT_READ);
}

TEST_CASE("what can be said of no error at all: there was no memory for one") {
  CHECK(nightjar_error_status(nullptr) == NIGHTJAR_TOO_LARGE);
  CHECK(std::string(nightjar_error_message(nullptr)) == "out of memory");
  CHECK(nightjar_error_file(nullptr) == nullptr);
}

TEST_CASE("a picture of more than can be had is too large, and no exception") {
  const auto model = red_model();
  const auto error = failure([&](nightjar_error** out) {
    nightjar_context* context = nullptr;
    return nightjar_context_create(model.get(), 2000000000, 1, &context, out);
  });
  CHECK(nightjar_error_status(error.get()) == NIGHTJAR_TOO_LARGE);
}

TEST_CASE("options that were never initialised are refused") {
  nightjar_model_options options;
  std::memset(&options, 0, sizeof options);
  const auto error = loading_fails(red_cfg, red_weights(), &options);
  CHECK(nightjar_error_status(error.get()) == NIGHTJAR_USAGE);
  CHECK(std::string(nightjar_error_message(error.get())).find("struct_size") != std::string::npos);
}

TEST_CASE("a smaller struct, as of an older header, has the defaults for the rest") {
  struct Old {
    size_t struct_size;
    float threshold, nms;
    unsigned char behind[64];
  } old;
  std::memset(&old, 7, sizeof old);
  auto* options = reinterpret_cast<nightjar_detect_options*>(&old);
  nightjar_detect_options_init_sized(options, offsetof(Old, behind));
  CHECK(old.behind[0] == 7);  // nothing is written past what the caller has
  CHECK(old.threshold == .25f);
  old.threshold = .99f;
  const RedPicture picture(1, 2);
  const auto model = red_model();
  CHECK(nightjar_detections_count(detect(model.get(), picture.picture, options).get()) == 0);
  old.threshold = .9f;
  CHECK(is_box_of_cell(detect(model.get(), picture.picture, options).get(), 1, 2));
}
