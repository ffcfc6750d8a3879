#include "engine/cuda/boxes.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "engine/cuda/errors.h"
#include "engine/heads/cells.h"
#include "kernels/cuda/decode/decode.h"
#include "kernels/cuda/image/image.h"
#include "kernels/ops/heads/yolo_head.h"

namespace nightjar::cuda {
namespace {

// Survivors of a head that there is room for at first; with 80 classes, 43 KB to copy. Crowds make it grow.
constexpr unsigned first_room = 128;

// nullptr for what the device does not decode.
const YoloHead* decoded_on_device(const Head& head) {
  const auto* yolo = std::get_if<YoloHead>(&head);
  return yolo && yolo->slots() <= YoloBoxes::max_slots ? yolo : nullptr;
}

std::int64_t most_survivors(const YoloHead& head, const Tensor& values) {
  return values.pixels() * head.slots();
}

YoloBoxes describe(const YoloHead& head, const ops::YoloHead& op, Shape network) {
  YoloBoxes boxes;
  boxes.slots = head.slots();
  boxes.classes = head.classes;
  std::copy(head.anchors.begin(), head.anchors.end(), boxes.anchors);
  boxes.network_w = network.w, boxes.network_h = network.h;
  boxes.scale_x_y = op.scale_x_y;
  boxes.new_coords = head.new_coords;
  return boxes;
}

Tensor first_images(Tensor values, int images) {
  values.batch = images;
  return values;
}

// A survivor's row -> a box, if it is one.
void keep(const float* row, int classes, const DecodeOptions& options, Boxes& boxes) {
  Detection box{row[0], row[1], row[2], row[3], row[4], {}};
  keep_scored(box, classes, options, [&](int i) { return row[row_floats(i)]; });
  keep_box(std::move(box), options, boxes);
}

}  // namespace

BoxDecoder::BoxDecoder(const Graph& graph, const Launcher& launcher, const Gpu& gpu)
    : graph_(graph), launcher_(launcher), gpu_(gpu) {
  for (const Head& head : graph.heads) {
    const YoloHead* on_device = decoded_on_device(head);
    const int value = base(head).value;
    const Tensor values = launcher.value(on_device ? graph.producer(value).inputs[0] : value);
    const std::int64_t most = on_device ? most_survivors(*on_device, values) : 0;
    parts_.push_back(
        {&head, on_device, values, static_cast<unsigned>(std::min<std::int64_t>(first_room, most))});
  }
}

bool BoxDecoder::reads_past(int value) const {
  const auto read_by = [&](const Node& node) { return std::ranges::count(node.inputs, value) > 0; };
  return std::ranges::none_of(graph_.nodes, read_by) && std::ranges::any_of(parts_, [&](const Part& part) {
           return part.on_device && base(*part.head).value == value;
         });
}

Result<void> BoxDecoder::lay_out() {
  bytes_ = aligned_size(static_cast<std::int64_t>(parts_.size() * sizeof(unsigned)));
  for (Part& part : parts_) {
    part.at = bytes_;
    part.rows_at = part.at + aligned_size(std::int64_t{part.capacity} * 4);
    const std::int64_t floats = part.on_device
                                    ? std::int64_t{part.capacity} * row_floats(part.on_device->classes)
                                    : part.values.batch * part.values.shape.size();
    bytes_ = (part.on_device ? part.rows_at : part.at) + aligned_size(floats * 4);
  }
  return staging_.reserve(bytes_, gpu_);
}

RawHead BoxDecoder::raw_head(const Part& part, int number, int images) const {
  std::byte* memory = staging_.device();
  const auto& op = *graph_.producer(part.on_device->value).op.as<ops::YoloHead>();
  const Survivors survivors{reinterpret_cast<unsigned*>(memory) + number,
                            reinterpret_cast<int*>(memory + part.at),
                            reinterpret_cast<float*>(memory + part.rows_at), part.capacity};
  return {describe(*part.on_device, op, graph_.input), first_images(part.values, images), survivors};
}

Status BoxDecoder::enqueue(int images, float threshold) const {
  const auto counts = static_cast<std::int64_t>(parts_.size() * sizeof(unsigned));
  Status status = fill(staging_.device(), 0, counts, launcher_.stream());
  std::vector<RawHead> raw;
  for (std::size_t i = 0; i < parts_.size() && status == 0; ++i) {
    const Part& part = parts_[i];
    if (part.on_device) {
      raw.push_back(raw_head(part, static_cast<int>(i), images));
    } else {
      auto* to = reinterpret_cast<float*>(staging_.device() + part.at);
      status = to_planar(first_images(part.values, images), to, launcher_.stream());
    }
  }
  if (status == 0) status = decode_yolo(raw, threshold, launcher_.stream());
  return status == 0 ? staging_.download(0, bytes_, launcher_.stream()) : status;
}

// After a decoding: whether a head had more survivors than room; it has enough for the next one then.
bool BoxDecoder::make_room() {
  bool grew = false;
  const auto* counts = reinterpret_cast<const unsigned*>(staging_.host());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    if (!part.on_device || counts[i] <= part.capacity) continue;
    const auto most = most_survivors(*part.on_device, part.values);
    part.capacity = static_cast<unsigned>(std::min<std::int64_t>(std::bit_ceil(counts[i]), most));
    grew = true;
  }
  return grew;
}

Tensor BoxDecoder::planar(const Part& part) const {
  return planar_tensor(staging_.host() + part.at, part.values.shape, part.values.batch);
}

// They arrive in any order; by index they are in the one in which the CPU finds them.
void BoxDecoder::read_survivors(const Part& part, int number, const DecodeOptions& options,
                                std::vector<Boxes>& boxes) const {
  const auto* indices = reinterpret_cast<const int*>(staging_.host() + part.at);
  const auto* rows = reinterpret_cast<const float*>(staging_.host() + part.rows_at);
  std::vector<std::size_t> order(reinterpret_cast<const unsigned*>(staging_.host())[number]);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return indices[a] < indices[b]; });
  const int classes = part.on_device->classes;
  const std::int64_t of_an_image =
      std::int64_t{part.values.shape.h} * part.values.shape.w * part.on_device->slots();
  for (const std::size_t i : order) {
    const auto image = static_cast<std::size_t>(indices[i] / of_an_image);
    keep(rows + i * static_cast<std::size_t>(row_floats(classes)), classes, options, boxes[image]);
  }
}

Result<std::vector<Boxes>> BoxDecoder::decode(int images, const DecodeOptions& options) {
  constexpr auto doing = "decoding boxes";
  const int heads = static_cast<int>(parts_.size());
  do {
    if (auto done = lay_out(); !done) return done.error();
    const Status status = enqueue(images, options.threshold);
    if (auto done = check(status, gpu_, doing); !done) return done.error();
    if (auto done = launcher_.wait(); !done) return done.error();
  } while (make_room());
  std::vector<Boxes> boxes(static_cast<std::size_t>(images));
  for (int i = 0; i < heads; ++i) {
    const Part& part = parts_[static_cast<std::size_t>(i)];
    if (part.on_device) {
      read_survivors(part, i, options, boxes);
      continue;
    }
    for (int n = 0; n < images; ++n) {
      nightjar::decode(*part.head, planar(part), n, graph_.input, options,
                       boxes[static_cast<std::size_t>(n)]);
    }
  }
  return boxes;
}

}  // namespace nightjar::cuda
