#include <algorithm>
#include <cmath>

#include "kernels/ops/dropout.h"
#include "tests/kernels/reference_harness.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

constexpr Shape shape{4, 25, 50};

// Of ones, in as many images.
Values drop(float probability, const DrawKey& key, int who = 0, int images = 1) {
  const ops::Dropout op{shape, probability, who};
  Values ones(static_cast<std::size_t>(images * shape.size()), 1), left(ones.size());
  auto values = key.values();
  const std::vector<Tensor> ins{planar_tensor(ones.data(), shape, images),
                                planar_tensor(values.data(), DrawKey::shape())};
  const Tensor out = planar_tensor(left.data(), shape, images);
  op.define(ins, {&out, 1});
  return left;
}

double share_of_zeros(const Values& values) {
  return static_cast<double>(std::count(values.begin(), values.end(), 0.f)) /
         static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("dropout leaves out that share, and scales what is left") {
  for (const float probability : {.1f, .5f, .75f}) {
    const Values left = drop(probability, {1, 1});
    CHECK(share_of_zeros(left) == Approx(probability).margin(.02));
    CHECK(*std::max_element(left.begin(), left.end()) == Approx(1 / (1 - probability)));
  }
  CHECK(share_of_zeros(drop(0, {1, 1})) == 0);
}

TEST_CASE("each seed, run, layer and image leaves out others, and the same again") {
  const Values left = drop(.5f, {1, 1});
  CHECK(drop(.5f, {1, 1}) == left);
  const auto differs = [&](const Values& other) {
    Values both(left.size());
    std::transform(left.begin(), left.end(), other.begin(), both.begin(), std::not_equal_to<>());
    return 1 - share_of_zeros(both);
  };
  CHECK(differs(drop(.5f, {2, 1})) == Approx(.5).margin(.03));
  CHECK(differs(drop(.5f, {1, 2})) == Approx(.5).margin(.03));
  CHECK(differs(drop(.5f, {1, 1 + (std::uint64_t{1} << 40)})) == Approx(.5).margin(.03));
  CHECK(differs(drop(.5f, {1, 1}, 3)) == Approx(.5).margin(.03));
  const Values two = drop(.5f, {1, 1}, 0, 2);
  CHECK(std::equal(left.begin(), left.end(), two.begin()));
  CHECK(differs({two.begin() + shape.size(), two.end()}) == Approx(.5).margin(.03));
}
