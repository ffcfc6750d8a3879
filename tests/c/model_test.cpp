// Loading from files and from memory, and what a model says of itself.
#include <map>

#include "tests/c/red_network.h"
#include "tests/temporary_folder.h"

using namespace nightjar::testing;

TEST_CASE("a model loads from files, from bytes, and from one of each") {
  const TemporaryFolder folder;
  const std::string cfg = folder.put("red.cfg", red_cfg), weights = folder.put("red.weights", red_weights());
  const RedPicture picture(3, 1);
  const auto from_files = made<nightjar_model>([&](nightjar_model** model, nightjar_error** error) {
    return nightjar_model_load(cfg.c_str(), weights.c_str(), nullptr, model, error);
  });
  CHECK(is_box_of_cell(detect(from_files.get(), picture.picture).get(), 3, 1));
  CHECK(is_box_of_cell(detect(red_model().get(), picture.picture).get(), 3, 1));
  const std::string bytes = red_weights();
  const nightjar_source file{cfg.c_str(), nullptr, 0}, memory = in_memory(bytes, nullptr);
  const auto mixed = made<nightjar_model>([&](nightjar_model** model, nightjar_error** error) {
    return nightjar_model_load_from(&file, &memory, nullptr, model, error);
  });
  CHECK(is_box_of_cell(detect(mixed.get(), picture.picture).get(), 3, 1));
}

TEST_CASE("bytes may go when loading has ended") {
  auto cfg = std::make_unique<std::string>(red_cfg), weights = std::make_unique<std::string>(red_weights());
  const auto model = load_from_memory(*cfg, *weights);
  cfg->assign(cfg->size(), 'x'), weights->assign(weights->size(), 'x');
  cfg.reset(), weights.reset();
  const RedPicture picture(0, 0);
  CHECK(is_box_of_cell(detect(model.get(), picture.picture).get(), 0, 0));
}

TEST_CASE("a model's facts") {
  const auto model = red_model();
  nightjar_model_info info;
  info.struct_size = sizeof info;
  nightjar_model_info_get(model.get(), &info);
  CHECK(info.input.channels == 3);
  CHECK((info.input.height == 32 && info.input.width == 32));
  CHECK((info.output.channels == 7 && info.output.height == 4 && info.output.width == 4));
  CHECK((info.layers == 2 && info.heads == 1 && info.classes == 2));
  CHECK((info.letterbox == 0 && info.stretched == 0 && info.class_tree == 0 && info.has_state == 0));
  CHECK(info.gflop == Approx(7 * 3 * 16 * 2 * 1e-9));
  CHECK(std::string(nightjar_model_device(model.get())) == "cpu");
  CHECK(std::string(nightjar_model_device_note(model.get())).empty());
  CHECK(nightjar_model_name(model.get(), 0) == nullptr);
}

TEST_CASE("layers and heads by number, and what is asked beyond them") {
  const auto model = red_model();
  nightjar_layer layer;
  layer.struct_size = sizeof layer;
  REQUIRE(nightjar_model_layer(model.get(), 1, &layer, nullptr) == NIGHTJAR_OK);
  CHECK(std::string(layer.type) == "yolo");
  CHECK(layer.input.channels == 7);
  nightjar_head head;
  head.struct_size = sizeof head;
  REQUIRE(nightjar_model_head(model.get(), 0, &head, nullptr) == NIGHTJAR_OK);
  CHECK((head.layer == 1 && head.kind == NIGHTJAR_YOLO && head.classes == 2));
  CHECK((head.slots == 1 && head.coordinates == 4 && head.new_coords == 0));
  CHECK((head.anchors[0] == 16 && head.anchors[1] == 16));
  CHECK(nightjar_model_layer(model.get(), 2, &layer, nullptr) == NIGHTJAR_USAGE);
  CHECK(nightjar_model_head(model.get(), -1, &head, nullptr) == NIGHTJAR_USAGE);
}

TEST_CASE("every kind of head says what its values are") {
  const std::map<std::string, std::pair<int, int>> expected{
      {"[convolutional]\nfilters=22\nsize=1\nactivation=linear\n"
       "[Gaussian_yolo]\nmask=0,1\nanchors=8,8,16,16\nclasses=2\nnum=2\n",
       {NIGHTJAR_GAUSSIAN_YOLO, 8}},
      {"[convolutional]\nfilters=14\nsize=1\nactivation=linear\n"
       "[region]\nanchors=1,1,2,2\nclasses=2\nnum=2\ncoords=4\nsoftmax=1\n",
       {NIGHTJAR_REGION, 4}},
      {"[connected]\noutput=48\nactivation=linear\n"
       "[detection]\nclasses=2\ncoords=4\nside=2\nnum=2\n",
       {NIGHTJAR_DETECTION, 4}}};
  for (const auto& [section, facts] : expected) {
    INFO(section);
    nightjar_model_options options;
    nightjar_model_options_init(&options);
    options.synthesise = 1;
    const auto model = load_from_memory("[net]\nwidth=16\nheight=16\nchannels=3\n" + section, "", &options);
    nightjar_head head;
    head.struct_size = sizeof head;
    REQUIRE(nightjar_model_head(model.get(), 0, &head, nullptr) == NIGHTJAR_OK);
    CHECK((head.kind == facts.first && head.coordinates == facts.second));
    CHECK((head.classes == 2 && head.slots == 2));
    CHECK((head.anchors != nullptr) == (head.kind != NIGHTJAR_DETECTION));
  }
}

TEST_CASE("names of classes come with the model") {
  nightjar_model_options options;
  nightjar_model_options_init(&options);
  const std::string names = "red\nother\n";
  options.names = in_memory(names, "my.names");
  const auto model = load_from_memory(red_cfg, red_weights(), &options);
  REQUIRE(nightjar_model_names(model.get()) == 2);
  CHECK(std::string(nightjar_model_name(model.get(), 1)) == "other");
  CHECK(nightjar_model_name(model.get(), 2) == nullptr);
}

TEST_CASE("texts are the caller's") {
  const auto model = red_model();
  char* text = nullptr;
  REQUIRE(nightjar_model_layer_table(model.get(), &text, nullptr) == NIGHTJAR_OK);
  CHECK(std::string(text).find("yolo") != std::string::npos);
  nightjar_text_free(text);
  REQUIRE(nightjar_model_explain(model.get(), &text, nullptr) == NIGHTJAR_OK);
  CHECK(std::string(text).find("conv") != std::string::npos);
  nightjar_text_free(text);
}

TEST_CASE("a library's version and ABI are those of its header") {
  CHECK(nightjar_abi() == NIGHTJAR_ABI);
  CHECK(std::string(nightjar_version()) == "0.1.0");
}
