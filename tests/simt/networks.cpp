#include "tests/simt/networks.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/catch.h"
#include "tests/engine/temporary_files.h"
#include "tests/source_dir.h"

namespace nightjar::testing {

std::string with_net(Shape input, const std::string& layers) {
  return "[net]\nchannels=" + std::to_string(input.c) + "\nheight=" + std::to_string(input.h) +
         "\nwidth=" + std::to_string(input.w) + "\n" + layers;
}

std::string conv(int filters, int size, int stride, const std::string& more) {
  return "[convolutional]\npad=1\nfilters=" + std::to_string(filters) + "\nsize=" + std::to_string(size) +
         "\nstride=" + std::to_string(stride) + "\n" + more;
}

std::string yolo(int classes, const std::string& mask, const std::string& more) {
  return "[yolo]\nmask=" + mask + "\nanchors=10,14, 23,27, 37,58\nnum=3\nclasses=" + std::to_string(classes) +
         "\n" + more;
}

std::string narrowed(const std::string& name, int divisor) {
  std::ifstream file(source_dir() / "cfg" / (name + ".cfg"));
  std::string text, section, line;
  // A section is known to be a head's when its activation is.
  const auto end_section = [&] {
    const bool head = section.find("activation=linear") != std::string::npos;
    const auto at = section.find("\nfilters=");
    if (section.starts_with("[convolutional]") && !head && at != std::string::npos) {
      const std::size_t first = at + 9, last = section.find('\n', first);
      const int filters = std::stoi(section.substr(first, last - first));
      section.replace(first, last - first, std::to_string(std::max(4, filters / divisor)));
    }
    text += section;
    section.clear();
  };
  while (std::getline(file, line)) {
    if (line.starts_with("[")) end_section();
    section += line.substr(0, line.find_last_not_of(" \r") + 1) + "\n";
  }
  end_section();
  return text;
}

ModelOptions on_gpu(Precision precision) {
  ModelOptions options;
  options.device = "cuda";
  options.precision = precision;
  return options;
}

Result<Model> try_model(const std::string& cfg, ModelOptions options) {
  const TemporaryFile file(".cfg", cfg);
  options.synthesise = 1;
  return Model::load(file.path(), "", options);
}

Model model_of(const std::string& cfg, const ModelOptions& options) {
  auto model = try_model(cfg, options);
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  return std::move(*model);
}

Image noise(int width, int height, int channels, unsigned seed) {
  std::mt19937 random(seed);
  Image picture{width, height, channels, {}};
  picture.pixels.resize(static_cast<std::size_t>(width) * height * channels);
  for (auto& p : picture.pixels) p = static_cast<std::uint8_t>(random());
  return picture;
}

std::vector<float> made_up_input(const Model& model) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(0, 1);
  std::vector<float> values(static_cast<std::size_t>(model.input().size()));
  for (float& v : values) v = uniform(random);
  return values;
}

}  // namespace nightjar::testing
