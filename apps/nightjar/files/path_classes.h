// The classes that a picture's path names: how Darknet labels pictures for classifiers.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace nightjar {

// The numbers of all labels that are part of the path, in their order.
std::vector<int> classes_in_path(const std::string& path, std::span<const std::string> labels);

}  // namespace nightjar
