// The C++ and C# interfaces of AlexeyAB's library (his header is yolo_v2_class.hpp), laid out as there, so
// that programs compiled against his header run with this library. detect() does not average frames:
// `use_mean` means nothing. detect_mat() decodes with nightjar's own decoders; there is no OpenCV, and pixels
// of a cv::Mat are resized by what his header does with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "apps/libdarknet/libdarknet.h"

struct bbox_t {
  unsigned int x, y, w, h;  // left, top, size, in pixels of the picture
  float prob;
  unsigned int obj_id;          // class
  unsigned int track_id;        // 0: not tracked
  unsigned int frames_counter;  // 0
  float x_3d, y_3d, z_3d;       // NaN
};

// Planar floats 0..1, RGB.
struct image_t {
  int h, w, c;
  float* data;
};

struct bbox_t_container {
  static constexpr std::size_t room = 1000;
  bbox_t candidates[room];
};

// One detector for the process, as there. init() is 1 where it loaded; detect_...() say how many boxes were
// found, of which the container has room for the first thousand, or -1.
extern "C" {
DARKNET_API int init(const char* cfg, const char* weights, int gpu, int batch_size);
DARKNET_API int detect_image(const char* filename, bbox_t_container& container);
DARKNET_API int detect_mat(const std::uint8_t* data, std::size_t size, bbox_t_container& container);
DARKNET_API int dispose();
DARKNET_API int get_device_count();
DARKNET_API int get_device_name(int gpu, char* name);
DARKNET_API bool built_with_cuda();
DARKNET_API bool built_with_cudnn();
DARKNET_API bool built_with_opencv();
}

// What fails throws std::runtime_error.
class Detector {
  std::shared_ptr<void> network_;
  std::deque<std::vector<bbox_t>> frames_;  // those before, the newest first
  std::string cfg_, weights_;

 public:
  const int cur_gpu_id;
  float nms = .4f;
  bool wait_stream;

  DARKNET_API Detector(std::string cfg_filename, std::string weight_filename, int gpu_id = 0,
                       int batch_size = 1);
  DARKNET_API ~Detector();

  DARKNET_API std::vector<bbox_t> detect(std::string image_filename, float thresh = .2f,
                                         bool use_mean = false);
  DARKNET_API std::vector<bbox_t> detect(image_t img, float thresh = .2f, bool use_mean = false);
  // `img.data` holds `batch_size` inputs of the network; boxes are in pixels of width x height.
  DARKNET_API std::vector<std::vector<bbox_t>> detectBatch(image_t img, int batch_size, int width, int height,
                                                           float thresh, bool make_nms = true);
  static DARKNET_API image_t load_image(std::string image_filename);
  static DARKNET_API void free_image(image_t m);
  DARKNET_API int get_net_width() const;
  DARKNET_API int get_net_height() const;
  DARKNET_API int get_net_color_depth() const;

  // Gives each box the track_id of the nearest one of its class in the frames before, no further away than
  // max_dist pixels, or a new one.
  DARKNET_API std::vector<bbox_t> tracking_id(std::vector<bbox_t> cur_bbox_vec,
                                              bool const change_history = true, int const frames_story = 5,
                                              int const max_dist = 40);

  DARKNET_API void* get_cuda_context();  // null
};
