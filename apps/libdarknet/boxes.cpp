// Detections as both Darknets lay them out, each array of its own, for who frees them with free().
#include <cstdlib>
#include <vector>

#include "apps/libdarknet/network.h"

namespace nightjar::darknet {
namespace {

template <class T>
T* zeros(std::size_t count) {
  return static_cast<T*>(std::calloc(count ? count : 1, sizeof(T)));
}

detection* empty_boxes(std::size_t count, int classes) {
  auto* boxes = zeros<detection>(count);
  for (std::size_t i = 0; boxes && i < count; ++i) {
    boxes[i].classes = classes;
    boxes[i].prob = zeros<float>(static_cast<std::size_t>(classes));
#ifndef DARKNET_OF_PJREDDIE
    boxes[i].best_class_idx = -1;
#endif
  }
  return boxes;
}

void fill(detection& box, const nightjar_detections& found, std::size_t i) {
  const float* place = nightjar_detections_boxes(&found) + 4 * i;
  box.bbox = {place[0], place[1], place[2], place[3]};
  box.objectness = nightjar_detections_objectness(&found)[i];
#ifndef DARKNET_OF_PJREDDIE
  box.best_class_idx = nightjar_detections_class_ids(&found)[i];
#endif
  const std::size_t* offsets = nightjar_detections_score_offsets(&found);
  for (std::size_t s = offsets[i]; s < offsets[i + 1]; ++s)
    box.prob[nightjar_detections_score_class_ids(&found)[s]] = nightjar_detections_scores(&found)[s];
}

// Pictures of networks of YOLOv1's kind are stretched, and their boxes are never relative.
nightjar_detect_options options_for(const network& net, const BoxRequest& request) {
  nightjar_detect_options options;
  nightjar_detect_options_init(&options);
  const bool first_kind = net.info.stretched != 0;
  options.threshold = request.thresh;
  options.hierarchy = request.hier;
  options.fork = fork;
  options.fit = request.letter && !first_kind ? NIGHTJAR_FIT_LETTERBOX : NIGHTJAR_FIT_STRETCH;
  options.box_format = request.relative && !first_kind ? NIGHTJAR_CXCYWH_RELATIVE : NIGHTJAR_CXCYWH;
  options.every_object = 1;
  return options;
}

detection* first_boxes(network* net, const BoxRequest& request, int* num) {
  if (num) *num = 0;
  if (!net) return nullptr;
  const auto found = find_boxes(*net, request);
  return found ? darknet_boxes(*found, 0, net->info.classes, num) : nullptr;
}

}  // namespace

Owned<nightjar_detections> find_boxes(network& net, const BoxRequest& request) {
  const std::vector<nightjar_size> sizes(static_cast<std::size_t>(net.images), {request.w, request.h});
  const nightjar_detect_options options = options_for(net, request);
  nightjar_detections* found = nullptr;
  went_well([&](nightjar_error** error) {
    return nightjar_context_boxes(net.context.get(), sizes.data(), &options, &found, error);
  });
  return Owned<nightjar_detections>(found);
}

detection* darknet_boxes(const nightjar_detections& found, std::size_t image, int classes, int* num) {
  const std::size_t* offsets = nightjar_detections_offsets(&found);
  const std::size_t first = offsets[image], count = offsets[image + 1] - first;
  detection* boxes = empty_boxes(count, classes);
  if (!boxes) return nullptr;
  for (std::size_t i = 0; i < count; ++i) fill(boxes[i], found, first + i);
  if (num) *num = static_cast<int>(count);
  return boxes;
}

}  // namespace nightjar::darknet

using namespace nightjar::darknet;

#ifdef DARKNET_OF_PJREDDIE
detection* get_network_boxes(network* net, int w, int h, float thresh, float hier, int*, int relative,
                             int* num) {
  return first_boxes(net, {w, h, thresh, hier, relative != 0, true}, num);
}
#else
detection* get_network_boxes(network* net, int w, int h, float thresh, float hier, int*, int relative,
                             int* num, int letter) {
  return first_boxes(net, {w, h, thresh, hier, relative != 0, letter != 0}, num);
}

det_num_pair* network_predict_batch(network* net, image im, int batch_size, int w, int h, float thresh,
                                    float hier, int*, int relative, int letter) {
  if (!net || batch_size < 1) return nullptr;
  set_batch_network(net, batch_size);
  if (!network_predict_ptr(net, im.data)) return nullptr;
  const auto found = find_boxes(*net, {w, h, thresh, hier, relative != 0, letter != 0});
  auto* pairs = found ? zeros<det_num_pair>(static_cast<std::size_t>(batch_size)) : nullptr;
  for (int n = 0; pairs && n < batch_size; ++n) {
    pairs[n].dets = darknet_boxes(*found, static_cast<std::size_t>(n), net->info.classes, &pairs[n].num);
  }
  return pairs;
}

void free_batch_detections(det_num_pair* pairs, int n) {
  for (int i = 0; pairs && i < n; ++i) free_detections(pairs[i].dets, pairs[i].num);
  std::free(pairs);
}
#endif

detection* make_network_boxes(network* net, float thresh, int* num) {
  int count = 0;
  free_detections(first_boxes(net, {1, 1, thresh, .5f, true, false}, &count), count);
  if (num) *num = count;
  return net ? empty_boxes(static_cast<std::size_t>(count), net->info.classes) : nullptr;
}

void free_detections(detection* dets, int n) {
  for (int i = 0; dets && i < n; ++i) {
    std::free(dets[i].prob);
    std::free(dets[i].mask);
#ifndef DARKNET_OF_PJREDDIE
    std::free(dets[i].uc);
    std::free(dets[i].embeddings);
#endif
  }
  std::free(dets);
}
