#include "apps/c/scores.h"

#include "apps/c/options.h"
#include "apps/c/picture.h"

namespace nightjar::c {
namespace {

nightjar_classify_options classify_defaults() {
  return {sizeof(nightjar_classify_options), NIGHTJAR_FIT_USUAL, 0};
}

}  // namespace

Result<ClassifyOptions> read_classify_options(const nightjar_classify_options* given) {
  const auto options = read_options(given, classify_defaults());
  if (!options) return options.error();
  const auto fit = fit_of(options->fit, ClassifyOptions{}.fit);
  if (!fit) return fit.error();
  return ClassifyOptions{.fit = *fit, .leaves_only = options->leaves_only != 0};
}

std::unique_ptr<nightjar_scores> flatten(const std::vector<std::vector<float>>& scores, std::size_t classes) {
  auto flat = std::make_unique<nightjar_scores>(nightjar_scores{scores.size(), classes, {}});
  for (const std::vector<float>& picture : scores)
    flat->values.insert(flat->values.end(), picture.begin(), picture.end());
  return flat;
}

}  // namespace nightjar::c

void nightjar_classify_options_init_sized(nightjar_classify_options* options, size_t struct_size) {
  nightjar::c::write_options(nightjar::c::classify_defaults(), options, struct_size);
}
size_t nightjar_scores_pictures(const nightjar_scores* scores) {
  return scores->pictures;
}
size_t nightjar_scores_classes(const nightjar_scores* scores) {
  return scores->classes;
}
const float* nightjar_scores_values(const nightjar_scores* scores) {
  return scores->values.data();
}
void nightjar_scores_free(nightjar_scores* scores) {
  delete scores;
}
