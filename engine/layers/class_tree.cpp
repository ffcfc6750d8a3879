// tree=: classes that form a hierarchy.
#include "engine/layers/class_tree.h"

#include <numeric>

#include "parsers/message.h"

namespace nightjar {

const ClassTree* read_class_tree(LayerBuilder& layer, std::int64_t classes) {
  if (!layer.options.has("tree")) return nullptr;
  if (!layer.build.tree) {
    layer.refuse("tree", "tree=" + printable(layer.options.text("tree", {})) +
                             " is not opened; the class tree must be given, or a folder to look for it");
    return nullptr;
  }
  const ClassTree& tree = *layer.build.tree;
  const std::int64_t grouped =
      std::accumulate(tree.group_sizes.begin(), tree.group_sizes.end(), std::int64_t{0});
  if (grouped == classes && tree.names.size() == static_cast<std::size_t>(classes)) return &tree;
  layer.refuse("tree", "the class tree has " + std::to_string(tree.names.size()) + " classes; " +
                           std::to_string(classes) + " are needed");
  return nullptr;
}

}  // namespace nightjar
