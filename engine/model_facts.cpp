// What a model says of itself.
#include <algorithm>
#include <variant>

#include "engine/model.h"

namespace nightjar {
namespace {

HeadInfo info_of(const AnchorHead& head, HeadInfo::Kind kind, int coordinates) {
  return {head.layer, kind, head.classes, head.slots(), coordinates, false, head.anchors};
}

HeadInfo info_of(const YoloHead& head) {
  HeadInfo info = info_of(head, HeadInfo::Kind::yolo, 4);
  info.new_coords = head.new_coords;
  return info;
}
HeadInfo info_of(const GaussianHead& head) {
  return info_of(head, HeadInfo::Kind::gaussian_yolo, 8);
}
HeadInfo info_of(const RegionHead& head) {
  return info_of(head, HeadInfo::Kind::region, 4);
}
HeadInfo info_of(const DetectionHead& head) {
  return {head.layer, HeadInfo::Kind::detection, head.classes, head.slots, 4, false, {}};
}

}  // namespace

Shape Model::input() const {
  return impl_->graph.input;
}
Shape Model::output() const {
  return impl_->graph.shape(impl_->graph.output);
}
std::vector<LayerInfo> Model::layer_infos() const {
  return impl_->layer_infos;
}
int Model::layers() const {
  return static_cast<int>(impl_->graph.layer_output.size());
}
int Model::classes() const {
  return impl_->graph.heads.empty() ? 0 : classes_of(impl_->graph.heads.front());
}
bool Model::detects() const {
  return !impl_->graph.heads.empty();
}
std::vector<int> Model::head_layers() const {
  std::vector<int> layers;
  for (const Head& head : impl_->graph.heads) layers.push_back(base(head).layer);
  return layers;
}
std::vector<HeadInfo> Model::heads() const {
  std::vector<HeadInfo> infos;
  for (const Head& head : impl_->graph.heads)
    infos.push_back(std::visit([](const auto& kind) { return info_of(kind); }, head));
  return infos;
}
bool Model::keeps(int layer) const {
  return layer >= 0 && layer < layers() && impl_->graph.layer_output[static_cast<std::size_t>(layer)] >= 0;
}
Shape Model::layer_output(int layer) const {
  return impl_->graph.shape(impl_->graph.layer_output[static_cast<std::size_t>(layer)]);
}
int Model::output_layer() const {
  const std::vector<int>& outputs = impl_->graph.layer_output;
  const auto found = std::find(outputs.rbegin(), outputs.rend(), impl_->graph.output);
  return static_cast<int>(outputs.rend() - found) - 1;
}
bool Model::has_state() const {
  return nightjar::has_state(impl_->graph);
}
std::vector<ParameterInfo> Model::parameters() const {
  std::vector<ParameterInfo> all;
  for (const Parameter& p : impl_->graph.parameters) all.push_back({p.layer, p.part, p.name, p.count});
  return all;
}
bool Model::has_class_tree() const {
  return impl_->graph.class_tree.has_value();
}
bool Model::letterbox() const {
  return impl_->graph.letterbox;
}
bool Model::stretched() const {
  return !impl_->graph.heads.empty() && base(impl_->graph.heads.back()).stretched;
}
double Model::gflop() const {
  return impl_->gflop;
}
const std::string& Model::device() const {
  return impl_->backend->device();
}
const std::string& Model::device_note() const {
  return impl_->device_note;
}
const std::string& Model::isa() const {
  return impl_->backend->isa();
}
const std::vector<std::string>& Model::warnings() const {
  return impl_->graph.warnings;
}
std::string Model::explain() const {
  return impl_->backend->explain();
}
std::string Model::layer_table() const {
  return impl_->layer_table;
}

}  // namespace nightjar
