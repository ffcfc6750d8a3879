// Any bytes as each of the small text files, and as a .npy array.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>

#include "parsers/lists.h"
#include "parsers/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string file = "fuzz.txt";
  static_cast<void>(nightjar::parse_data(bytes, file));
  static_cast<void>(nightjar::parse_names(bytes, file));
  static_cast<void>(nightjar::parse_labels(bytes, file));
  static_cast<void>(nightjar::parse_class_map(bytes, file, 80));
  if (const auto tree = nightjar::parse_class_tree(bytes, file)) {
    const std::size_t classes =
        std::accumulate(tree->group_sizes.begin(), tree->group_sizes.end(), std::size_t{0});
    if (classes != tree->names.size() || classes != tree->parent.size()) std::abort();
  }
  if (const auto array = nightjar::parse_npy(bytes, file)) {
    const auto again = nightjar::parse_npy(nightjar::format_npy(*array), file);
    if (!again || again->shape != array->shape) std::abort();
  }
  return 0;
}
