// The operations that only networks which learn have.
#include "kernels/ops/dropout.h"
#include "kernels/ops/gradients/activate_gradient.h"
#include "kernels/ops/gradients/add_source_gradient.h"
#include "kernels/ops/gradients/add_weights_gradient.h"
#include "kernels/ops/gradients/avg_pool_gradient.h"
#include "kernels/ops/gradients/batch_norm_gradient.h"
#include "kernels/ops/gradients/bias_gradient.h"
#include "kernels/ops/gradients/blend_gradient.h"
#include "kernels/ops/gradients/clamp_gradient.h"
#include "kernels/ops/gradients/connected_data_gradient.h"
#include "kernels/ops/gradients/connected_weights_gradient.h"
#include "kernels/ops/gradients/conv_data_gradient.h"
#include "kernels/ops/gradients/conv_weights_gradient.h"
#include "kernels/ops/gradients/embed.h"
#include "kernels/ops/gradients/local_avg_pool_gradient.h"
#include "kernels/ops/gradients/max_pool_gradient.h"
#include "kernels/ops/gradients/multiply_factor_gradient.h"
#include "kernels/ops/losses/cost.h"
#include "kernels/ops/losses/detection_loss.h"
#include "kernels/ops/losses/gaussian_yolo_loss.h"
#include "kernels/ops/losses/giou_focal_loss.h"
#include "kernels/ops/losses/region_loss.h"
#include "kernels/ops/losses/scale_loss.h"
#include "kernels/ops/losses/softmax_loss.h"
#include "kernels/ops/losses/yolo_loss.h"
#include "kernels/ops/turn_filters.h"
#include "kernels/ops/updates/adam_update.h"
#include "kernels/ops/updates/adapt_loss_scale.h"
#include "kernels/ops/updates/average_weights.h"
#include "kernels/ops/updates/clip_gradients.h"
#include "kernels/ops/updates/sgd_update.h"
#include "tests/kernels/conv_cases.h"
#include "tests/kernels/op_cases.h"

namespace nightjar::testing {
namespace {

void add_convolutions(std::vector<OpCase>& cases) {
  for (const ConvSpec& spec : std::vector<ConvSpec>{
           {.c = 5, .h = 7, .w = 9, .n = 6, .size = 3},
           {.c = 4, .h = 7, .w = 8, .n = 3, .size = 3, .stride = 2},
           {.c = 9, .h = 5, .w = 6, .n = 17, .size = 1},
           {.c = 6, .h = 6, .w = 7, .n = 8, .size = 3, .groups = 2},
           {.c = 4, .h = 6, .w = 8, .n = 4, .size = 2, .stride = 2, .pad = 0},
           {.c = 3, .h = 11, .w = 12, .n = 20, .size = 3, .stride = 2},
           {.c = 19, .h = 9, .w = 7, .n = 36, .size = 3, .stride = 2},
           {.c = 33, .h = 6, .w = 5, .n = 25, .size = 3},
           {.c = 3, .h = 9, .w = 40, .n = 8, .size = 5, .stride = 2},
           {.c = 10, .h = 9, .w = 9, .n = 12, .size = 3, .dilation = 2},
           {.c = 8, .h = 130, .w = 9, .n = 9, .size = 3},
           {.c = 72, .h = 9, .w = 11, .n = 40, .size = 3, .stride = 2},
           {.c = 8, .h = 7, .w = 6, .n = 16, .size = 1, .stride = 2, .pad = 0},
           {.c = 32, .h = 5, .w = 6, .n = 16, .size = 3, .groups = 2},
           {.c = 19, .h = 8, .w = 9, .n = 19, .size = 3, .stride = 2, .groups = 19},
           {.c = 9, .h = 7, .w = 11, .n = 9, .size = 5, .groups = 9},
           {.c = 8, .h = 9, .w = 8, .n = 8, .size = 4, .stride = 2, .groups = 8, .dilation = 2}}) {
    ops::Conv op = conv_of(spec);
    op.activation = Activation::linear, op.bias = false;
    for (const Op& each :
         {Op(ops::ConvDataGradient{op}), Op(ops::ConvWeightsGradient{op}), Op(ops::TurnFilters{op})})
      cases.push_back({each.words(), each});
  }
  const ops::Connected connected{{5, 2, 3}, 9};
  cases.push_back({"connected, by data", ops::ConnectedDataGradient{connected}});
  cases.push_back({"connected, by weights", ops::ConnectedWeightsGradient{connected}});
  const ops::Connected long_one{{1300, 1, 1}, 45};
  cases.push_back({"long connected, by data", ops::ConnectedDataGradient{long_one}});
  cases.push_back({"long connected, by weights", ops::ConnectedWeightsGradient{long_one}});
  cases.push_back({"gradient of biases", ops::BiasGradient{{19, 5, 4}}});
}

void add_pools(std::vector<OpCase>& cases) {
  const Shape in{18, 7, 9}, halves{18, 4, 5}, same{18, 7, 9};
  cases.push_back({"maxpool, by data", ops::MaxPoolGradient{{in, halves, 2, 2, 2, 1}}});
  cases.push_back({"maxpool that overlaps, by data", ops::MaxPoolGradient{{in, same, 3, 1, 1, 2}}});
  cases.push_back({"local avgpool, by data", ops::LocalAvgPoolGradient{{in, same, 3, 1, 1, 2}}});
  cases.push_back({"avgpool, by data", ops::AvgPoolGradient{in}});
}

void add_joins(std::vector<OpCase>& cases) {
  using Weights = ops::Add::Weights;
  using Normalization = ops::Add::Normalization;
  const Shape s{20, 4, 6};
  const ops::Add unequal{{s, {12, 8, 12}}};
  ops::Add weighted{{s, s, s}, Activation::linear, Weights::per_channel, Normalization::softmax};
  cases.push_back({"add, by a larger source", ops::AddSourceGradient{unequal, 1}});
  cases.push_back({"weighted add, by a source", ops::AddSourceGradient{weighted, 2}});
  cases.push_back({"weighted add, by weights", ops::AddWeightsGradient{weighted}});
  weighted.weights = Weights::per_feature, weighted.normalization = Normalization::relu;
  cases.push_back({"weighted add, by one weight a source", ops::AddWeightsGradient{weighted}});
  using Factor = ops::Multiply::Factor;
  for (const Factor factor : {Factor::per_channel, Factor::per_pixel, Factor::full})
    cases.push_back({"multiply, by its factor", ops::MultiplyFactorGradient{{s, factor}}});
  cases.push_back({"blend with the rest, by all three", ops::BlendGradient{s}});
  cases.push_back({"clamp, by data", ops::ClampGradient{s, .4f}});
  cases.push_back({"embed", ops::Embed{{5, 4, 6}, s, 7}});
  cases.push_back({"embed whole blocks", ops::Embed{{16, 4, 6}, {64, 4, 6}, 32}});
}

void add_norms(std::vector<OpCase>& cases) {
  using Form = ops::BatchNormTrain::Form;
  for (const Form form : {Form::exact, Form::unbiased, Form::alexeyab, Form::pjreddie}) {
    cases.push_back({"batchnorm of the batch", ops::BatchNormTrain{{13, 4, 3}, form}});
    cases.push_back({"batchnorm of the batch, by data", ops::BatchNormGradient{{13, 4, 3}, form}});
    for (const Activation activation :
         {Activation::logistic, Activation::elu})  // smooth: central differences
      cases.push_back({"batchnorm and activation", ops::BatchNormTrain{{19, 5, 6}, form, .1f, activation}});
    for (const Activation activation : {Activation::leaky, Activation::elu}) {
      cases.push_back(
          {"batchnorm and activation, by data", ops::BatchNormGradient{{19, 5, 6}, form, activation}});
    }
  }
  for (int i = 0; i < activation_count; ++i) {
    const ops::ActivateGradient op{{21, 5, 3}, static_cast<Activation>(i)};
    cases.push_back({op.words(), op});
  }
}

void add_losses(std::vector<OpCase>& cases) {
  ops::YoloLoss yolo;
  yolo.shape = {21, 4, 5}, yolo.network = {3, 64, 80};
  yolo.classes = 2, yolo.boxes = 3;
  yolo.anchors = {6, 8, 10, 12, 14, 24, 24, 20, 30, 32, 44, 24};
  yolo.mask = {3, 4, 5};
  cases.push_back({"yolo loss", yolo});
  ops::GiouFocalLoss giou;
  giou.shape = yolo.shape, giou.network = yolo.network;
  giou.classes = yolo.classes, giou.boxes = yolo.boxes;
  giou.anchors = yolo.anchors, giou.mask = yolo.mask;
  cases.push_back({"giou focal loss", giou});
  ops::GaussianYoloLoss gaussian{yolo};
  gaussian.yolo.shape = {33, 4, 5};
  cases.push_back({"gaussian yolo loss", gaussian});
  gaussian.point = ops::GaussianYoloLoss::Point::left_top;
  gaussian.yolo.box = ops::YoloLoss::Box::ciou, gaussian.yolo.iou_thresh = .2f;
  gaussian.yolo.objectness_smooth = true, gaussian.yolo.multipliers = {.5f, 2};
  cases.push_back({"gaussian yolo loss by overlaps", gaussian});
  ops::DetectionLoss detection;
  detection.shape = {9 * (2 * 5 + 4), 1, 1};
  detection.classes = 4, detection.slots = 2, detection.side = 3, detection.boxes = 3;
  detection.random = true;
  cases.push_back({"detection loss", detection});
  detection.random = false, detection.square_root = true, detection.rescore = true;
  cases.push_back({"detection loss of the best slot", detection});
  detection.forced = true;
  cases.push_back({"detection loss of a forced slot", detection});
  ops::RegionLoss region;
  region.shape = {14, 4, 5};
  region.classes = 2, region.boxes = 3;
  region.anchors = {1, 2, 3, 2};
  cases.push_back({"region loss", region});
  cases.push_back({"softmax loss", ops::SoftmaxLoss{{10, 1, 1}}});
  cases.push_back({"cost", ops::Cost{{10, 1, 1}}});
  cases.push_back({"scaled loss", ops::ScaleLoss{{21, 4, 5}}});
  cases.push_back({"scaled loss of whole packs", ops::ScaleLoss{{16, 3, 5}}});
}

}  // namespace

std::vector<OpCase> training_cases() {
  std::vector<OpCase> cases;
  add_convolutions(cases);
  add_pools(cases);
  add_joins(cases);
  add_norms(cases);
  add_losses(cases);
  cases.push_back({"dropout", ops::Dropout{{21, 5, 3}, .3f, 4}});
  cases.push_back({"sgd update", ops::SgdUpdate{{40, 3, 9}, 2, true}});
  cases.push_back({"adam update", ops::AdamUpdate{{40, 3, 9}, 2, true, false}});
  cases.push_back({"sgd update of many", ops::SgdUpdate{{3, 1, 4099}, 1, false}});
  cases.push_back({"adamw update", ops::AdamUpdate{{40, 3, 9}, 2, true, true}});
  cases.push_back({"average of weights", ops::AverageWeights{{40, 3, 9}}});
  cases.push_back({"clipping", ops::ClipGradients{{{40, 3, 9}, {5, 1, 1}, {7, 4, 3}}, .5f}});
  cases.push_back({"loss scale", ops::AdaptLossScale{{{40, 3, 9}, {5, 1, 1}, {7, 4, 3}}}});
  return cases;
}

}  // namespace nightjar::testing
