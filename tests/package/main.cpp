// Loads a model with made-up weights, looks at a grey picture, and says what the library is.
#include <nightjar.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  nightjar::ModelOptions options;
  options.synthesise = 1;
  const auto model = nightjar::Model::load(argv[1], "", options);
  if (!model) return std::puts(model.error().message.c_str()), 1;
  nightjar::Image picture{64, 48, 3, std::vector<std::uint8_t>(64 * 48 * 3, 127)};
  const auto boxes = model->detect(picture);
  if (!boxes) return std::puts(boxes.error().message.c_str()), 1;
  std::printf("nightjar %s, %d layers\n", nightjar::version(), model->layers());
}
