#include "apps/libdarknet/network.h"

#include <atomic>
#include <cstdio>
#include <string>
#include <utility>

namespace nightjar::darknet {
namespace {

// As Darknet's gpu_index, which its interface sets for all networks to come.
constexpr int first_gpu_or_cpu = -2, cpu = -1;
std::atomic<int> gpu_index{first_gpu_or_cpu};

std::string device_name(int gpu) {
  if (gpu == first_gpu_or_cpu) return "auto";
  return gpu == cpu ? "cpu" : "cuda:" + std::to_string(gpu);
}

nightjar_status load_on(const std::string& device, const char* cfg, const char* weights, Loaded& loaded) {
  nightjar_model_options options;
  nightjar_model_options_init(&options);
  options.device = device.c_str();
  options.fork = fork;
  options.signed_padding = fork == NIGHTJAR_ALEXEYAB;
  nightjar_model* model = nullptr;
  nightjar_error* error = nullptr;
  const nightjar_status status = nightjar_model_load(cfg, weights, &options, &model, &error);
  loaded.model.reset(model);
  loaded.error.reset(error);
  return status;
}

bool make_context(network& net, int batch) {
  if (batch <= net.batch) return true;
  nightjar_context* context = nullptr;
  const bool made = went_well([&](nightjar_error** error) {
    return nightjar_context_create(net.model.get(), batch, 0, &context, error);
  });
  if (!made) return false;
  net.context.reset(context);
  net.batch = batch;
  return true;
}

network* load(const char* cfg, const char* weights, int batch) {
  Loaded loaded = load_model(cfg, weights);
  if (!loaded.model) {
    complain(nightjar_error_message(loaded.error.get()));
    return nullptr;
  }
  nightjar_model_info info;
  info.struct_size = sizeof info;
  nightjar_model_info_get(loaded.model.get(), &info);
  auto net = std::make_unique<network>(network{std::move(loaded.model), info});
  if (!make_context(*net, batch)) return nullptr;
  net->images = batch;
  return net.release();
}

// The last layer's values of all images, one after the other.
bool read_output(network& net) {
  const nightjar_shape& shape = net.info.output;
  const std::size_t each = std::size_t(shape.channels) * shape.height * shape.width;
  net.output.clear();
  for (int n = 0; n < net.images; ++n) {
    const float* values = nullptr;
    const bool read = went_well([&](nightjar_error** error) {
      return nightjar_context_layer(net.context.get(), -1, n, &values, nullptr, error);
    });
    if (!read) return false;
    net.output.insert(net.output.end(), values, values + each);
  }
  return true;
}

float* predict(network& net, const float* input, int images) {
  if (!input || !make_context(net, images)) return nullptr;
  const bool ran = went_well([&](nightjar_error** error) {
    return nightjar_context_forward(net.context.get(), input, images, error);
  });
  if (!ran) return nullptr;
  net.images = images;
  return read_output(net) ? net.output.data() : nullptr;
}

float* predict_image(network& net, const image& im, std::int32_t fit) {
  const int w = net.info.input.width, h = net.info.input.height;
  if (!im.data) return nullptr;
  if (im.w == w && im.h == h) return predict(net, im.data, 1);
  nightjar_picture picture;
  nightjar_picture_init_chw(&picture, im.data, NIGHTJAR_FLOAT, im.w, im.h, im.c);
  std::vector<float> input(std::size_t(im.c) * w * h);
  const bool fits = went_well(
      [&](nightjar_error** error) { return nightjar_picture_fit(&picture, fit, w, h, input.data(), error); });
  return fits ? predict(net, input.data(), 1) : nullptr;
}

}  // namespace

Loaded load_model(const char* cfg, const char* weights) {
  Loaded loaded;
  const std::string device = device_name(gpu_index);
  const nightjar_status status = load_on(device, cfg, weights, loaded);
  // Scripts set a GPU whether there is one or not: without, Darknet's own libraries ignore it.
  if (status == NIGHTJAR_DEVICE && device != "cpu") load_on("cpu", cfg, weights, loaded);
  return loaded;
}

void complain(const char* message) {
  std::fprintf(stderr, "nightjar: %s\n", message);
}

}  // namespace nightjar::darknet

using namespace nightjar::darknet;

void cuda_set_device(int gpu) {
  gpu_index = gpu < 0 ? cpu : gpu;
}

network* load_network(char* cfg, char* weights, int) {
  return load(cfg, weights, 1);
}

void set_batch_network(network* net, int batch) {
  if (net && batch > 0 && make_context(*net, batch)) net->images = batch;
}

int network_width(network* net) {
  return net ? net->info.input.width : 0;
}
int network_height(network* net) {
  return net ? net->info.input.height : 0;
}

void reset_rnn(network* net) {
  if (net)
    went_well([&](nightjar_error** error) { return nightjar_context_reset(net->context.get(), error); });
}

#ifdef DARKNET_OF_PJREDDIE
void free_network(network* net) {
  delete net;
}
float* network_predict(network* net, float* input) {
  return net ? predict(*net, input, net->images) : nullptr;
}
float* network_predict_image(network* net, image im) {
  return net ? predict_image(*net, im, NIGHTJAR_FIT_LETTERBOX) : nullptr;
}
#else
void init_cpu(void) {
  gpu_index = cpu;
}
network* load_network_custom(char* cfg, char* weights, int, int batch) {
  return load(cfg, weights, batch > 0 ? batch : 1);
}
void free_network_ptr(network* net) {
  delete net;
}
float* network_predict_ptr(network* net, float* input) {
  return net ? predict(*net, input, net->images) : nullptr;
}
float* network_predict_image(network* net, image im) {
  return net ? predict_image(*net, im, NIGHTJAR_FIT_STRETCH) : nullptr;
}
float* network_predict_image_letterbox(network* net, image im) {
  return net ? predict_image(*net, im, NIGHTJAR_FIT_LETTERBOX) : nullptr;
}
#endif
