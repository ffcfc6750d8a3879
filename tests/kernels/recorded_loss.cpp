// Target assignment and loss of loss=giou_focal, against recorded ones.
#include <filesystem>
#include <iostream>

#include "kernels/ops/losses/assignment.h"
#include "tests/catch.h"
#include "tests/kernels/gradients.h"
#include "tests/kernels/npz.h"
#include "tests/source_dir.h"

using namespace nightjar;
using namespace nightjar::testing;
namespace fs = std::filesystem;

namespace {

const fs::path folder = source_dir().parent_path() / "shared/train/notes_loss";

using Arrays = std::map<std::string, Array>;

// The head of one scale: "s", "m" or "l".
ops::GiouFocalLoss loss_of(Arrays& arrays, int scale) {
  ops::GiouFocalLoss loss;
  const Array& head = arrays.at(std::string("head_") + "sml"[scale]);
  loss.shape = {head.shape[1], head.shape[2], head.shape[3]};
  loss.network = {3, static_cast<int>(arrays.at("size").values[1]),
                  static_cast<int>(arrays.at("size").values[0])};
  loss.classes = static_cast<int>(arrays.at("classes").values[0]);
  for (const double side : arrays.at("anchors").values) loss.anchors.push_back(static_cast<float>(side));
  loss.mask = {3 * scale, 3 * scale + 1, 3 * scale + 2};
  return loss;
}

// Rows of image, class, x, y, w, h, weight; pixels. `rows`: which of them each image has.
OwnedTensor truths_of(const Arrays& arrays, const ops::GiouFocalLoss& loss, int batch,
                      std::vector<std::vector<int>>& rows) {
  OwnedTensor t = make_tensor({TrueBox::shape(loss.boxes)}, batch);
  rows.assign(static_cast<std::size_t>(batch), {});
  const Array& truths = arrays.at("truths");
  for (int row = 0; row < truths.shape[0]; ++row) {
    const double* f = &truths.values[static_cast<std::size_t>(row) * 7];
    std::vector<int>& own = rows[static_cast<std::size_t>(f[0])];
    const double fields[] = {f[2] / loss.network.w,
                             f[3] / loss.network.h,
                             f[4] / loss.network.w,
                             f[5] / loss.network.h,
                             f[1],
                             f[6]};
    for (int i = 0; i < TrueBox::floats; ++i)
      *t.view.at(static_cast<int>(f[0]), static_cast<int>(own.size()), 0, i) = static_cast<float>(fields[i]);
    own.push_back(row);
  }
  return t;
}

// The recorded targets of a prediction: positive, and on what; background; or neither.
void check_targets(const Arrays& arrays, char scale, Assignment& ours, int n, const std::vector<int>& rows) {
  const auto recorded = [&](const char* name) -> const Array& {
    return arrays.at(std::string(name) + '_' + scale);
  };
  const Array &positive = recorded("obj"), &box = recorded("box"), &mix = recorded("mix"),
              &cls = recorded("cls");
  const auto classes = static_cast<std::size_t>(cls.shape[4]);
  std::size_t at = static_cast<std::size_t>(n) * ours.target.size();
  for (const int target : ours.target) {
    const bool is_positive = positive.values[at] != 0, is_background = recorded("neg").values[at] != 0;
    CHECK((target >= 0) == is_positive);
    CHECK((target == Assignment::background) == is_background);
    if (target >= 0) {
      const int row = rows[static_cast<std::size_t>(target)];
      const double* f = &arrays.at("truths").values[static_cast<std::size_t>(row) * 7];
      for (std::size_t i = 0; i < 4; ++i) CHECK(box.values[at * 4 + i] == f[2 + i]);
      for (std::size_t c = 0; c < classes; ++c)
        CHECK(cls.values[at * classes + c] == (static_cast<std::size_t>(f[1]) == c));
      CHECK(mix.values[at] == f[6]);
    }
    ++at;
  }
}

void check_scale(Arrays& arrays, int scale) {
  const char letter = "sml"[scale];
  const ops::GiouFocalLoss loss = loss_of(arrays, scale);
  const OwnedTensor raw = tensor_of(arrays.at(std::string("head_") + letter), {loss.shape});
  const int batch = raw.view.batch;
  std::vector<std::vector<int>> rows;
  const OwnedTensor truth = truths_of(arrays, loss, batch, rows);
  for (int n = 0; n < batch; ++n) {
    Assignment ours = assign(loss, raw.view, truth.view, n);
    check_targets(arrays, letter, ours, n, rows[static_cast<std::size_t>(n)]);
  }
  const std::vector<OwnedTensor> outs = define(loss, {raw.view, truth.view}, {});
  const LossParts::Part parts[] = {LossParts::of_boxes, LossParts::of_objectness, LossParts::of_classes};
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0;
    for (int n = 0; n < batch; ++n) sum += *outs[1].view.at(n, parts[i], 0, 0);
    CHECK(sum / batch == Approx(arrays.at("parts").values[static_cast<std::size_t>(scale) * 3 + i])
                             .epsilon(1e-5)
                             .margin(1e-9));
  }
  std::vector<float> gradients = planar(outs[0].view);
  for (float& gradient : gradients) gradient /= static_cast<float>(batch);
  const Array& recorded = arrays.at(std::string("grad_") + letter);
  CHECK(relative_error(gradients, {recorded.values.begin(), recorded.values.end()}) < 1e-5);
}

}  // namespace

TEST_CASE("targets and parts of the loss giou_focal are those that were recorded") {
  if (!fs::is_directory(folder)) {
    std::cout << "SKIPPED: needs recorded losses\n";
    return;
  }
  for (const char* name : {"random_nine_all", "edge_nine_all", "empty", "wide_one_class"}) {
    INFO(name);
    Arrays arrays = read_npz(folder / (std::string(name) + ".npz"));
    for (int scale = 0; scale < 3; ++scale) {
      INFO("scale " << scale);
      check_scale(arrays, scale);
    }
  }
}
