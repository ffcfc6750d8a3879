#include "engine/export/metadata.h"

#include <charconv>
#include <concepts>
#include <span>

#include "engine/export/translation.h"

namespace nightjar {
namespace {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// As few digits as give the same float back, whatever the locale.
std::string text_of(float value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string joined(std::span<const float> values) {
  std::string text;
  for (const float value : values) text += (text.empty() ? "" : ",") + text_of(value);
  return text;
}

std::string lines(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "\n") + word;
  return text;
}

// As cfgs spell it.
std::string nms_kind(Nms nms) {
  switch (nms) {
    case Nms::sort:
      return "default";
    case Nms::diou:
      return "diounms";
    case Nms::corners:
      return "cornersnms";
  }
  return {};
}

void describe_head(const Head& head, const std::string& label, Metadata& metadata) {
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (requires { kind.anchors; }) {
          metadata.emplace_back(label + ".anchors", joined(kind.anchors));
          metadata.emplace_back(label + ".anchors_in", std::same_as<Kind, RegionHead> ? "cells" : "pixels");
        }
      },
      head);
  metadata.emplace_back(label + ".classes", std::to_string(base(head).classes));
  metadata.emplace_back(label + ".nms_kind", nms_kind(base(head).nms));
  metadata.emplace_back(label + ".beta_nms", text_of(base(head).beta_nms));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> metadata_of(const Graph& graph, const OnnxOptions& options) {
  const std::size_t slash = graph.file.rfind('/');
  const Shape in = graph.input;
  Metadata metadata{
      {"cfg", slash == std::string::npos ? graph.file : graph.file.substr(slash + 1)},
      {"input", std::to_string(in.c) + "," + std::to_string(in.h) + "," + std::to_string(in.w)},
      {"input_values", in.c == 3 ? "RGB in 0..1" : "0..1"},
      {"letter_box", graph.letterbox ? "1" : "0"},
  };
  if (!options.names.empty()) metadata.emplace_back("classes", lines(options.names));
  std::vector<std::string> labels;
  for (const Head& head : graph.heads) {
    labels.push_back(layer_label(graph, base(head).layer));
    describe_head(head, labels.back(), metadata);
  }
  if (!labels.empty()) metadata.emplace_back("heads", lines(labels));
  return metadata;
}

}  // namespace nightjar
