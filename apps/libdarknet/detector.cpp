#include "apps/libdarknet/detector.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "apps/libdarknet/network.h"

namespace nightjar::darknet {
namespace {

struct Tracked {
  network* net = nullptr;
  std::vector<unsigned int> next_id = {};  // of each class

  ~Tracked() { free_network_ptr(net); }
};

Tracked& tracked(const std::shared_ptr<void>& held) {
  return *static_cast<Tracked*>(held.get());
}

network& net_of(const std::shared_ptr<void>& held) {
  return *tracked(held).net;
}

// A box of w x h pixels, if its best class is above the threshold.
void add_box(const detection& from, float w, float h, float thresh, std::vector<bbox_t>& boxes) {
  const float* best = std::max_element(from.prob, from.prob + from.classes);
  if (from.classes == 0 || !(*best > thresh)) return;
  const box& b = from.bbox;
  constexpr float nowhere = std::numeric_limits<float>::quiet_NaN();
  const auto corner = [](float centre, float side, float scale) {
    return static_cast<unsigned int>(std::max(0., (centre - side / 2.) * scale));
  };
  boxes.push_back({corner(b.x, b.w, w), corner(b.y, b.h, h), static_cast<unsigned int>(b.w * w),
                   static_cast<unsigned int>(b.h * h), *best, static_cast<unsigned int>(best - from.prob), 0,
                   0, nowhere, nowhere, nowhere});
}

struct Scale {
  float w, h;
};

std::vector<bbox_t> suppressed(detection* dets, int count, int classes, float nms, float thresh,
                               Scale scale) {
  if (nms != 0) do_nms_sort(dets, count, classes, nms);
  std::vector<bbox_t> boxes;
  for (int i = 0; i < count; ++i) add_box(dets[i], scale.w, scale.h, thresh, boxes);
  return boxes;
}

double distance(const bbox_t& a, const bbox_t& b) {
  const auto centre = [](unsigned int low, unsigned int side) { return static_cast<double>(low + side / 2); };
  return std::hypot(centre(a.x, a.w) - centre(b.x, b.w), centre(a.y, a.h) - centre(b.y, b.h));
}

// A frame's boxes, with how far each is from the one whose track it is on.
struct Tracking {
  std::vector<bbox_t>& boxes;
  std::vector<double> distances;

  bool has_track(const bbox_t& before) const {
    return std::any_of(boxes.begin(), boxes.end(), [&](const bbox_t& b) {
      return b.obj_id == before.obj_id && b.track_id == before.track_id;
    });
  }

  // The nearest box that is on no track, or further from its own.
  void follow(const bbox_t& before, int max_dist) {
    std::size_t nearest = boxes.size();
    double least = max_dist;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const double apart = distance(boxes[i], before);
      if (boxes[i].obj_id != before.obj_id || apart >= std::min(least, distances[i])) continue;
      nearest = i;
      least = apart;
    }
    if (nearest == boxes.size()) return;
    bbox_t& followed = boxes[nearest];
    distances[nearest] = least;
    followed.track_id = before.track_id;
    followed.w = (followed.w + before.w) / 2;
    followed.h = (followed.h + before.h) / 2;
  }
};

// The detector of the C functions.
std::unique_ptr<Detector>& only_detector() {
  static std::unique_ptr<Detector> detector;
  return detector;
}

int hand_out(const std::vector<bbox_t>& boxes, bbox_t_container& container) {
  std::copy_n(boxes.begin(), std::min(boxes.size(), bbox_t_container::room), container.candidates);
  return static_cast<int>(boxes.size());
}

// -1 where there is no detector, or it throws.
template <class Find>
int detect_into(bbox_t_container& container, Find find) {
  try {
    if (only_detector()) return hand_out(find(*only_detector()), container);
    complain("init() was not called, or failed");
  } catch (const std::exception& error) {
    complain(error.what());
  }
  return -1;
}

image_t image_of(const image& im) {
  if (!im.data) throw std::runtime_error("the picture cannot be read");
  return {im.h, im.w, im.c, im.data};
}

}  // namespace
}  // namespace nightjar::darknet

using namespace nightjar::darknet;

int init(const char* cfg, const char* weights, int gpu, int batch_size) {
  try {
    only_detector() = std::make_unique<Detector>(cfg, weights, gpu, batch_size);
    return 1;
  } catch (const std::exception&) {
    return 0;  // load_network_custom() has said why
  }
}

int detect_image(const char* filename, bbox_t_container& container) {
  return detect_into(container, [&](Detector& detector) { return detector.detect(filename); });
}

int detect_mat(const std::uint8_t* data, std::size_t size, bbox_t_container& container) {
  return detect_into(container, [&](Detector& detector) {
    const image_t picture = image_of(decoded({"picture", data, size}));
    const std::shared_ptr<float> freed(picture.data, std::free);
    return detector.detect(picture);
  });
}

int dispose() {
  only_detector().reset();
  return 1;
}

int get_device_count() {
  return -1;
}
int get_device_name(int, char*) {
  return -1;
}
bool built_with_cuda() {
  return false;
}
bool built_with_cudnn() {
  return false;
}
bool built_with_opencv() {
  return false;
}

Detector::Detector(std::string cfg_filename, std::string weight_filename, int gpu_id, int batch_size)
    : cfg_(std::move(cfg_filename)),
      weights_(std::move(weight_filename)),
      cur_gpu_id(gpu_id),
      wait_stream(false) {
  cuda_set_device(gpu_id);
  network* net = load_network_custom(cfg_.data(), weights_.data(), 0, batch_size);
  if (!net) throw std::runtime_error("the network " + cfg_ + " with " + weights_ + " cannot be loaded");
  auto held = std::make_shared<Tracked>();
  held->net = net;
  held->next_id.assign(static_cast<std::size_t>(net->info.classes), 1);
  network_ = std::move(held);
}

Detector::~Detector() = default;

std::vector<bbox_t> Detector::detect(std::string image_filename, float thresh, bool use_mean) {
  const image_t picture = load_image(std::move(image_filename));
  const std::shared_ptr<float> freed(picture.data, std::free);
  return detect(picture, thresh, use_mean);
}

std::vector<bbox_t> Detector::detect(image_t img, float thresh, bool) {
  network& net = net_of(network_);
  if (!network_predict_image(&net, {img.w, img.h, img.c, img.data}))
    throw std::runtime_error("the network did not run");
  int count = 0;
  detection* dets = get_network_boxes(&net, img.w, img.h, thresh, .5f, nullptr, 1, &count, 0);
  const Scale scale{static_cast<float>(img.w), static_cast<float>(img.h)};
  auto boxes = suppressed(dets, count, net.info.classes, nms, thresh, scale);
  free_detections(dets, count);
  return boxes;
}

std::vector<std::vector<bbox_t>> Detector::detectBatch(image_t img, int batch_size, int width, int height,
                                                       float thresh, bool make_nms) {
  network& net = net_of(network_);
  det_num_pair* pairs = network_predict_batch(&net, {img.w, img.h, img.c, img.data}, batch_size, width,
                                              height, thresh, .5f, nullptr, 0, 0);
  if (!pairs) throw std::runtime_error("the network did not run");
  std::vector<std::vector<bbox_t>> all;
  for (int n = 0; n < batch_size; ++n)
    all.push_back(
        suppressed(pairs[n].dets, pairs[n].num, net.info.classes, make_nms ? nms : 0, thresh, {1, 1}));
  free_batch_detections(pairs, batch_size);
  return all;
}

image_t Detector::load_image(std::string image_filename) {
  return image_of(load_image_color(image_filename.data(), 0, 0));
}

void Detector::free_image(image_t m) {
  std::free(m.data);
}

int Detector::get_net_width() const {
  return network_width(&net_of(network_));
}
int Detector::get_net_height() const {
  return network_height(&net_of(network_));
}
int Detector::get_net_color_depth() const {
  return net_of(network_).info.input.channels;
}

std::vector<bbox_t> Detector::tracking_id(std::vector<bbox_t> cur_bbox_vec, bool const change_history,
                                          int const frames_story, int const max_dist) {
  Tracking tracking{cur_bbox_vec, std::vector<double>(cur_bbox_vec.size(), max_dist)};
  for (const std::vector<bbox_t>& frame : frames_) {
    for (const bbox_t& before : frame)
      if (!tracking.has_track(before)) tracking.follow(before, max_dist);
  }
  std::vector<unsigned int>& next_id = tracked(network_).next_id;
  for (bbox_t& found : cur_bbox_vec)
    if (found.track_id == 0) found.track_id = next_id.at(found.obj_id)++;
  if (change_history) frames_.push_front(cur_bbox_vec);
  while (frames_.size() > static_cast<std::size_t>(std::max(0, frames_story))) frames_.pop_back();
  return cur_bbox_vec;
}

void* Detector::get_cuda_context() {
  return nullptr;
}
