// The small text files around a Darknet network: .data, .names, label files, class trees and class maps.
// Grammar: docs/darknet-format.md section 2.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// A .data file: key=value lines.
struct DataFile {
  std::vector<std::pair<std::string, std::string>> entries;  // of duplicate keys the first is kept
  std::vector<std::string> warnings;
  const std::string* find(std::string_view key) const;
};
Result<DataFile> parse_data(std::string_view bytes, const std::string& file);

// One name a line; blanks at the ends removed, a blank last line ignored. Refuses an empty file, and bytes
// that are not text.
Result<std::vector<std::string>> parse_names(std::string_view bytes, const std::string& file);

// One object of a label file: class, and its box relative to the picture (centre, size; 0..1).
struct Label {
  int class_id;
  float x, y, w, h;
};
// Lines "class x y w h"; an empty file is a picture without objects. With `broken`, a line that is wrong goes
// there and is left out, and does not end it.
Result<std::vector<Label>> parse_labels(std::string_view bytes, const std::string& file,
                                        std::vector<Error>* broken = nullptr);

// A class tree (yolo9000): lines "name parent", parent = line index of the parent or -1. Each run of
// consecutive lines with the same parent is one softmax group.
struct ClassTree {
  std::vector<std::string> names;
  std::vector<int> parent;       // -1 for a root
  std::vector<int> group_sizes;  // in order; they sum to the number of classes
};
Result<ClassTree> parse_class_tree(std::string_view bytes, const std::string& file);

// A class map: one integer a line, each an index below `classes`.
Result<std::vector<int>> parse_class_map(std::string_view bytes, const std::string& file, int classes);

}  // namespace nightjar
