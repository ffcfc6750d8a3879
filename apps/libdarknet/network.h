// What a network of Darknet's interface is here: a context, and what its last run gave.
#pragma once

#include <memory>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "apps/libdarknet/libdarknet.h"

namespace nightjar::darknet {

#ifdef DARKNET_OF_PJREDDIE
inline constexpr int fork = NIGHTJAR_PJREDDIE;
#else
inline constexpr int fork = NIGHTJAR_ALEXEYAB;
#endif

struct Free {
  void operator()(nightjar_model* model) const { nightjar_model_free(model); }
  void operator()(nightjar_context* context) const { nightjar_context_free(context); }
  void operator()(nightjar_detections* detections) const { nightjar_detections_free(detections); }
  void operator()(nightjar_image* image) const { nightjar_image_free(image); }
  void operator()(nightjar_error* error) const { nightjar_error_free(error); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

struct Loaded {
  Owned<nightjar_model> model;
  Owned<nightjar_error> error;  // where there is no model
};
// On the device that was set.
Loaded load_model(const char* cfg, const char* weights);

// One line on stderr.
void complain(const char* message);
// Whether call(error) went well; says why not.
template <class Call>
bool went_well(Call call) {
  nightjar_error* error = nullptr;
  const nightjar_status status = call(&error);
  const Owned<nightjar_error> freed(error);
  if (status != NIGHTJAR_OK) complain(nightjar_error_message(error));
  return status == NIGHTJAR_OK;
}

// A file's or bytes' picture, of stb's pixels, not turned; without data where it cannot be had.
image decoded(const nightjar_source& source);

// The boxes that the last run found in each of its images, of pictures of w x h, stretched or letterboxed.
struct BoxRequest {
  int w, h;
  float thresh, hier;
  bool relative, letter;
};
Owned<nightjar_detections> find_boxes(network& net, const BoxRequest& request);
// Those of one image, as Darknet has them.
detection* darknet_boxes(const nightjar_detections& found, std::size_t image, int classes, int* num);

}  // namespace nightjar::darknet

struct network {
  nightjar::darknet::Owned<nightjar_model> model;
  nightjar_model_info info;
  nightjar::darknet::Owned<nightjar_context> context = nullptr;
  int batch = 0;                   // that the context is made for
  int images = 0;                  // of the last run
  std::vector<float> output = {};  // of the last run
};
