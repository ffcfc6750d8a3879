// Names of classes, and other lists that the caller frees.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "apps/libdarknet/network.h"

namespace nightjar::darknet {
namespace {

using Lines = std::vector<std::string>;

bool read_lines(const char* file, Lines& lines) {
  std::ifstream in(file ? file : "");
  if (!in) {
    complain((std::string(file ? file : "no file") + ": cannot be read").c_str());
    return false;
  }
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return true;
}

// The value of a line "key = value"; empty where there is none. The first one counts.
std::string value_of(const Lines& lines, const std::string& key) {
  for (std::string line : lines) {
    std::erase_if(line, [](unsigned char c) { return std::isspace(c); });
    if (line.starts_with(key + "=")) return line.substr(key.size() + 1);
  }
  return "";
}

char* copy(const std::string& text) {
  auto* made = static_cast<char*>(std::malloc(text.size() + 1));
  if (made) std::memcpy(made, text.c_str(), text.size() + 1);
  return made;
}

}  // namespace
}  // namespace nightjar::darknet

using namespace nightjar::darknet;

char** get_labels(char* filename) {
  Lines lines;
  if (!read_lines(filename, lines)) return nullptr;
  auto** labels = static_cast<char**>(std::calloc(lines.size() + 1, sizeof(char*)));
  if (labels) std::transform(lines.begin(), lines.end(), labels, copy);
  return labels;
}

metadata get_metadata(char* file) {
  Lines lines;
  if (!read_lines(file, lines)) return {};
  std::string names = value_of(lines, "names");
  if (names.empty()) names = value_of(lines, "labels");
  const std::string classes = value_of(lines, "classes");
  return {classes.empty() ? 2 : std::atoi(classes.c_str()), get_labels(names.data())};
}

void free_ptrs(void** ptrs, int n) {
  for (int i = 0; ptrs && i < n; ++i) std::free(ptrs[i]);
  std::free(ptrs);
}

void top_k(float* a, int n, int k, int* index) {
  std::vector<int> order(static_cast<std::size_t>(std::max(0, n)));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [a](int i, int j) { return a[i] > a[j]; });
  std::fill_n(index, k, -1);
  std::copy_n(order.begin(), std::min(k, n), index);
}
