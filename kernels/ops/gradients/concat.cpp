// The gradient of ops::Concat.
#include "kernels/ops/concat.h"

#include "kernels/ops/gradients/embed.h"

namespace nightjar {

// A source's gradient is its slice of the output's, and 0 where it was left out.
std::optional<Gradient> ops::Concat::gradient() const {
  Gradient all;
  int at = 0;
  for (int i = 0; i < inputs(); at += slices[static_cast<std::size_t>(i++)].channels) {
    const Slice& slice = slices[static_cast<std::size_t>(i)];
    const Concat part{{{out(), at, slice.channels}}};
    all.terms.push_back({part, {gradients::of_output}, {slice.is_whole() ? i : -1}});
    if (slice.is_whole()) continue;
    const int cut = static_cast<int>(all.terms.size()) - 1;
    all.terms.push_back({Embed{part.out(), slice.source, slice.first}, {gradients::term(cut)}, {i}});
  }
  return all;
}

}  // namespace nightjar
