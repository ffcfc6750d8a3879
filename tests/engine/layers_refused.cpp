// Mistakes in layers: each is refused at its line, with the layer, what was found, and what would be right.
#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

struct Mistake {
  std::string layers;   // after a [net] of four lines, 3 x 8 x 8
  std::string message;  // how the refusal goes on after "x.cfg:"
};

void check_refused(const std::vector<Mistake>& mistakes) {
  for (const auto& [layers, message] : mistakes) {
    INFO(layers);
    const Result<Graph> graph = try_graph(with_input(layers));
    REQUIRE_FALSE(graph);
    CHECK(graph.error().kind == Failure::malformed);
    CHECK(graph.error().message.substr(0, message.size() + 6) == "x.cfg:" + message);
  }
}

const std::string two = "[empty]\n[empty]\n";  // lines 5 and 6

}  // namespace

TEST_CASE("references to layers that do not come before") {
  check_refused({
      {two + "[route]\nlayers=9\n",
       "8: layer 2 [route]: layers=9 is not an earlier layer; use -1..-2 or 0..1"},
      {two + "[route]\nlayers=2\n",
       "8: layer 2 [route]: layers=2 is not an earlier layer; use -1..-2 or 0..1"},
      {two + "[route]\nlayers=-1,-3\n",
       "8: layer 2 [route]: layers=-3 is not an earlier layer; use -1..-2 or 0..1"},
      {"[route]\nlayers=-1\n", "6: layer 0 [route]: layers=-1 is not an earlier layer; this is the first"},
      {two + "[route]\nlayers=-2147483648\n",
       "8: layer 2 [route]: layers=-2147483648 is not an earlier layer"},
      {two + "[shortcut]\nfrom=2\n", "8: layer 2 [shortcut]: from=2 is not an earlier layer"},
      {two + "[sam]\nfrom=-3\n", "8: layer 2 [sam]: from=-3 is not an earlier layer"},
      {two + "[scale_channels]\nfrom=99\n", "8: layer 2 [scale_channels]: from=99 is not an earlier layer"},
      {two + "[convolutional]\nshare_index=2\n",
       "8: layer 2 [convolutional]: share_index=2 is not an earlier layer"},
      {"[convolutional]\nshare_index=0\n",
       "6: layer 0 [convolutional]: share_index=0 is not an earlier layer"},
  });
}

TEST_CASE("references that are missing or not numbers") {
  check_refused({
      {two + "[route]\n", "7: layer 2 [route]: layers is missing; expected earlier layers"},
      {two + "[shortcut]\n", "7: layer 2 [shortcut]: from is missing"},
      {two + "[sam]\n", "7: layer 2 [sam]: from is missing"},
      {two + "[scale_channels]\n", "7: layer 2 [scale_channels]: from is missing"},
      {two + "[route]\nlayers=-1,,-2\n", "8: layer 2 [route]: "},
      {two + "[route]\nlayers=-1,\n", "8: layer 2 [route]: "},
      {two + "[route]\nlayers=abc\n", "8: layer 2 [route]: "},
      {two + "[route]\nlayers=99999999999\n", "8: layer 2 [route]: "},
  });
}

TEST_CASE("shapes that do not fit each other") {
  const std::string half = "[maxpool]\nstride=2\n";  // lines 5 and 6
  check_refused({
      {half + "[upsample]\n[route]\nlayers=0,1\n",
       "9: layer 2 [route]: layer 1 is 3x8x8 and the first is 3x4x4; equal height and width are needed"},
      {"[empty]\n[maxpool]\nstride_x=2\n[shortcut]\nfrom=0\n",
       "9: layer 2 [shortcut]: from=0 is 3x8x8, which cannot be added to 3x8x4"},
      {"[empty]\n" + half + "[sam]\nfrom=0\n",
       "9: layer 2 [sam]: from is 3x8x8 and the layer before 3x4x4; equal shapes are needed"},
      {two + "[scale_channels]\nfrom=0\n",
       "8: layer 2 [scale_channels]: from is 3x8x8 and the layer before 3x8x8; 3x1x1 is needed before it"},
      {two + "[scale_channels]\nfrom=0\nscale_wh=1\n",
       "8: layer 2 [scale_channels]: from is 3x8x8 and the layer"},
      {two + "[route]\nlayers=0\ngroups=2\n",
       "9: layer 2 [route]: layer 0 is 3x8x8, whose channels groups=2"},
      {two + "[route]\nlayers=0\ngroups=3\ngroup_id=3\n", "10: layer 2 [route]: "},
      {two + "[route]\nlayers=0\ngroups=0\n", "9: layer 2 [route]: "},
  });
}

TEST_CASE("convolutions that cannot be") {
  check_refused({
      {"[convolutional]\nsize=0\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nstride=0\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nfilters=0\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nfilters=1e3\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\ngroups=0\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nsize=65537\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\ndilation=0\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nsize=3\npad=1\ndilation=65536\n", "8: layer 0 [convolutional]: "},
      {"[convolutional]\npadding=-1\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nsize=3\npadding=4\n", "7: layer 0 [convolutional]: "},
      {"[convolutional]\ngroups=2\n",
       "6: layer 0 [convolutional]: groups=2 does not divide the 3 channels of the input; a divisor is "
       "needed"},
      {"[convolutional]\ngroups=3\nfilters=4\n",
       "6: layer 0 [convolutional]: groups=3 does not divide the 4 filters"},
      {"[convolutional]\nsize=9\n",
       "6: layer 0 [convolutional]: size=9 with padding=0 does not fit the input 3x8x8; a smaller size is "
       "needed"},
      {"[convolutional]\nactivation=foo\n",
       "6: layer 0 [convolutional]: activation=foo is unknown; known are linear, "},
      {"[convolutional]\nxnor=yes\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nbinary=1.5\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nbinary=1\ngroups=2\n",
       "7: layer 0 [convolutional]: groups=2 does not divide the 3 channels of the input"},
      {"[convolutional]\nxnor=1\ngroups=0\n", "7: layer 0 [convolutional]: "},
      {"[convolutional]\nantialiasing=3\n", "6: layer 0 [convolutional]: "},
      {"[convolutional]\nsize=8\nantialiasing=2\n",
       "5: layer 0 [convolutional]: the output would be 1x0x0; each side must be at least 1"},
      {"[convolutional]\ndontload=1\n", "6: layer 0 [convolutional]: dontload leaves weights without values"},
      {"[convolutional]\ndontloadscales=1\n",
       "6: layer 0 [convolutional]: dontloadscales leaves weights without"},
      {"[convolutional]\nnumload=3\n", "6: layer 0 [convolutional]: numload leaves weights without values"},
  });
}

TEST_CASE("poolings and resizings that cannot be") {
  check_refused({
      {"[maxpool]\nstride=0\n", "6: layer 0 [maxpool]: "},
      {"[maxpool]\nsize=0\n", "6: layer 0 [maxpool]: "},
      {"[maxpool]\nsize=2\npadding=3\n", "7: layer 0 [maxpool]: "},
      {"[maxpool]\nsize=1\npadding=1\n", "7: layer 0 [maxpool]: "},
      {"[maxpool]\nsize=9\npadding=0\n",
       "6: layer 0 [maxpool]: size=9 with padding=0 does not fit the input 3x8x8"},
      {"[maxpool]\nantialiasing=-1\n", "6: layer 0 [maxpool]: "},
      {"[maxpool]\nantialiasing=1\nmaxpool_depth=1\n",
       "6: layer 0 [maxpool]: antialiasing with maxpool_depth, which Darknet does not blur; only one of"},
      {"[maxpool]\nmaxpool_zero_nonmax=1\n",
       "6: layer 0 [maxpool]: maxpool_zero_nonmax is not supported yet"},
      {"[maxpool]\nmaxpool_depth=1\nout_channels=2\n",
       "7: layer 0 [maxpool]: out_channels=2 does not divide the input's 3 channels"},
      {"[local_avgpool]\nstride=0\n", "6: layer 0 [local_avgpool]: "},
      {"[upsample]\nstride=0\n", "6: layer 0 [upsample]: stride=0"},
      {"[upsample]\nstride=-9\n",
       "5: layer 0 [upsample]: the output would be 3x0x0; each side must be at least 1"},
      {"[reorg]\nstride=3\n",
       "6: layer 0 [reorg]: stride=3 does not fit the input 3x8x8; it must divide height"},
      {"[reorg]\nstride=2\n",
       "6: layer 0 [reorg]: stride=2 does not fit the input 3x8x8; stride*stride must divide"},
      {"[reorg]\nflatten=1\nextra=4\n",
       "6: layer 0 [reorg]: flatten with extra, for which Darknet reads beyond its input; only one of them"},
      {"[reorg]\nflatten=1\nstride=3\n",
       "7: layer 0 [reorg]: stride=3 makes 27x2x2 of the input 3x8x8; as many values are needed"},
      {"[reorg]\nextra=-1\n", "6: layer 0 [reorg]: "},
      {"[reorg]\nextra=2147483647\n",
       "6: layer 0 [reorg]: extra makes 2147483839 values of the input 3x8x8; at most 2147483647 are "
       "possible"},
      {"[reorg3d]\nstride=3\n", "6: layer 0 [reorg3d]: stride=3 does not fit the input 3x8x8"},
      {"[reorg3d]\nstride=2\nreverse=1\n", "6: layer 0 [reorg3d]: stride=2 does not fit the input 3x8x8"},
  });
}

TEST_CASE("crops, local filters and transposed convolutions that cannot be") {
  check_refused({
      {"[crop]\ncrop_height=9\n",
       "6: layer 0 [crop]: crop_height=9 is larger than the input 3x8x8; at most 8 is possible"},
      {"[crop]\ncrop_width=0\n", "6: layer 0 [crop]: "},
      {"[local]\nsize=9\n",
       "6: layer 0 [local]: size=9 does not fit the input 3x8x8; a smaller size is needed"},
      {"[local]\nsize=5\npad=1\n",
       "7: layer 0 [local]: pad=1 with size=5; pad=0, or the cells on each side that keep the grid"},
      {"[local]\nfilters=0\n", "6: layer 0 [local]: "},
      {"[local]\nstride=0\n", "6: layer 0 [local]: "},
      {"[local]\nfilters=2147483647\nsize=7\n",
       "6: layer 0 [local]: the output would be 2147483647x2x2, each value with a filter of its own"},
      {"[local]\nactivation=foo\n", "6: layer 0 [local]: activation=foo is unknown"},
      {"[deconvolutional]\nstride=0\n", "6: layer 0 [deconvolutional]: "},
      {"[deconvolutional]\nsize=3\npadding=4\n", "7: layer 0 [deconvolutional]: "},
      {"[maxpool]\nsize=8\nstride=8\n[deconvolutional]\nsize=2\npadding=1\n",
       "10: layer 1 [deconvolutional]: padding=1 with size=2 and stride=1 cuts all off what 3x1x1 makes"},
      {"[deconvolutional]\nstride=2147483647\n",
       "6: layer 0 [deconvolutional]: stride=2147483647 makes sides of 15032385530 and 15032385530 of"},
      {"[deconvolutional]\nfilters=1e3\n", "6: layer 0 [deconvolutional]: "},
      {"[implicit]\nfilters=0\n", "6: layer 0 [implicit]: "},
      {"[implicit]\natoms=-1\n", "6: layer 0 [implicit]: "},
  });
}

TEST_CASE("links, vectors and losses that cannot be") {
  check_refused({
      {two + "[shortcut]\nfrom=0\nweights_type=foo\n",
       "9: layer 2 [shortcut]: weights_type=foo is unknown; known are"},
      {two + "[shortcut]\nfrom=0\nweights_normalization=foo\n",
       "9: layer 2 [shortcut]: weights_normalization=foo is"},
      {two + "[shortcut]\nfrom=0\nalpha=.5\n", "9: layer 2 [shortcut]: alpha is not supported yet"},
      {two + "[shortcut]\nfrom=0\nactivation=normalize_channels\n",
       "9: layer 2 [shortcut]: activation=normalize_channels is for [convolutional] only"},
      {"[connected]\noutput=0\n", "6: layer 0 [connected]: "},
      {"[connected]\nactivation=relu7\n", "6: layer 0 [connected]: activation=relu7 is unknown"},
      {"[softmax]\ngroups=0\n", "6: layer 0 [softmax]: "},
      {"[softmax]\ngroups=5\n",
       "6: layer 0 [softmax]: groups=5 does not divide the 192 inputs; a divisor is needed"},
      {"[softmax]\ntemperature=0\n", "6: layer 0 [softmax]: temperature is not above 0"},
      {"[softmax]\nspatial=1\n", "6: layer 0 [softmax]: spatial is not supported yet"},
      {"[softmax]\ntree=/etc/passwd\n", "6: layer 0 [softmax]: tree=/etc/passwd is not opened"},
  });
}

TEST_CASE("recurrent layers that cannot be") {
  const std::string conv_lstm = "[conv_lstm]\noutput=4\n";  // lines 5 and 6
  check_refused({
      {"[gru]\noutput=0\n", "6: layer 0 [gru]: "},
      {"[lstm]\noutput=0\n", "6: layer 0 [lstm]: "},
      {"[lstm]\ndontload=1\n", "6: layer 0 [lstm]: dontload leaves weights without values"},
      {"[crnn]\noutput=0\n", "6: layer 0 [crnn]: "},
      {"[crnn]\nhidden_filters=0\n", "6: layer 0 [crnn]: "},
      {"[crnn]\nactivation=foo\n", "6: layer 0 [crnn]: activation=foo is unknown; known are linear, "},
      {"[crnn]\nstride=2\n",
       "6: layer 0 [crnn]: stride=2 would give the state another height and width; only stride=1 is"},
      {"[crnn]\npad=0\n",
       "5: layer 0 [crnn]: size=3 with padding=0 would give the state another height and width; an odd size"},
      {"[crnn]\nsize=2\n", "6: layer 0 [crnn]: size=2 with padding=1 would give the state another height"},
      {"[crnn]\nsize=5\npadding=1\n", "6: layer 0 [crnn]: size=5 with padding=1 would give the state"},
      {"[crnn]\ngroups=2\n",
       "6: layer 0 [crnn]: groups=2 does not divide the 3 channels that a convolution reads; a divisor is"},
      {"[crnn]\ngroups=3\nhidden=3\noutput=4\n", "6: layer 0 [crnn]: groups=3 does not divide the 4 filters"},
      {conv_lstm + "lstm_activation=foo\n",
       "7: layer 0 [conv_lstm]: lstm_activation=foo is unknown; known are linear, "},
      {conv_lstm + "lstm_activation=normalize_channels\n",
       "7: layer 0 [conv_lstm]: lstm_activation=normalize_channels is for [convolutional] only"},
      {conv_lstm + "stride=2\n", "7: layer 0 [conv_lstm]: stride=2 would give the state"},
      {conv_lstm + "state_constrain=-1\n", "7: layer 0 [conv_lstm]: "},
      {conv_lstm + "bottleneck=1\n",
       "6: layer 0 [conv_lstm]: output=4 with bottleneck=1 over an input of 3 channels; as many are needed"},
      {"[conv_lstm]\noutput=3\nbottleneck=1\nshortcut=1\n",
       "6: layer 0 [conv_lstm]: output=3 with shortcut=1, which adds half of the channels; an even number"},
      {"[history]\nhistory_size=0\n", "6: layer 0 [history]: "},
      {"[history]\nhistory_size=2147483647\n",
       "6: layer 0 [history]: history_size=2147483647 of an input of 3 channels; at most 2147483647"},
  });
}

TEST_CASE("heads that cannot be") {
  const std::string yolo = "[yolo]\nclasses=1\nnum=3\nanchors=";  // anchors are line 8
  check_refused({
      {yolo + "1,2,3,4,5,6,7,0\n", "8: layer 0 [yolo]: an anchor side is not above 0"},
      {yolo + "1,2,3,4,5,0\n", "8: layer 0 [yolo]: an anchor side is not above 0"},
      {yolo + "1,2,3,4,5,-6\n", "8: layer 0 [yolo]: an anchor side is not above 0"},
      {yolo + "1,2,3,4,5,nan\n", "8: layer 0 [yolo]: "},
      {yolo + "1,2,3,4,5,x\n", "8: layer 0 [yolo]: "},
      {yolo + "1,2,3,4,5,6\nmask=3\n", "9: layer 0 [yolo]: mask selects anchor 3 and num=3; 0..2 exist"},
      {yolo + "1,2,3,4,5,6,7,8\nmask=4\n", "9: layer 0 [yolo]: mask selects anchor 4 and num=3; 0..3 exist"},
      {yolo + "1,2\nmask=3\n", "9: layer 0 [yolo]: mask selects anchor 3 and num=3; 0..2 exist"},
      {yolo + "1,2,3,4,5,6\nmask=-1\n", "9: layer 0 [yolo]: mask selects anchor -1"},
      {yolo + "1,2,3,4,5,6\nmask=0,1,2,0\n", "9: layer 0 [yolo]: mask selects 4 of num=3 anchors"},
      {"[yolo]\nmask=1\n", "6: layer 0 [yolo]: mask selects anchor 1 and num=1"},
      {"[yolo]\nclasses=0\n", "6: layer 0 [yolo]: "},
      {"[yolo]\nclasses=1000000000\n",
       "6: layer 0 [yolo]: the input has 3 channels; 1 anchors x (5 + 1000000000"},
      {"[yolo]\nnum=0\n", "6: layer 0 [yolo]: "},
      {"[yolo]\nnum=2147483647\n", "6: layer 0 [yolo]: "},
      {"[yolo]\nnms_kind=foo\n", "6: layer 0 [yolo]: nms_kind=foo is unknown; known are default, greedynms"},
      {"[conv]\nfilters=10\n[Gaussian_yolo]\nclasses=1\nyolo_point=foo\n",
       "9: layer 1 [Gaussian_yolo]: yolo_point=foo"},
      {"[region]\ncoords=5\n", "6: layer 0 [region]: "},
      {"[region]\nbackground=1\n", "6: layer 0 [region]: background is not supported yet"},
      {"[conv]\nfilters=7\n[region]\nclasses=2\ntree=../x\n", "9: layer 1 [region]: tree=../x is not opened"},
  });
}

TEST_CASE("YOLOv1 heads that cannot be") {
  const std::string detection = "[detection]\nclasses=2\nside=4\n";
  check_refused({
      {detection + "coords=4\n",
       "7: layer 0 [detection]: the input has 192 values; side 4 x 4 with num 1 x 5 + 2 classes needs 112"},
      {detection + "num=2\n", "5: layer 0 [detection]: coords is 1; only coords=4 is possible, x, y, w, h"},
      {detection + "num=2\ncoords=5\n", "9: layer 0 [detection]: coords is 5"},
      {detection + "num=0\n", "8: layer 0 [detection]: "},
      {detection + "num=65537\n", "8: layer 0 [detection]: "},
      {"[detection]\nclasses=0\n", "6: layer 0 [detection]: "},
      {"[detection]\nside=0\n", "6: layer 0 [detection]: "},
      {"[detection]\nside=4097\n", "6: layer 0 [detection]: "},
      {"[detection]\nside=4096\nnum=65536\nclasses=2147483647\ncoords=4\n",
       "6: layer 0 [detection]: the input has 192 values; side 4096 x 4096 with num 65536 x 5 + 2147483647 "
       "classes needs 36034294560325632"},
  });
}

TEST_CASE("normalisations, segmentations and losses that cannot be") {
  check_refused({
      {"[normalization]\nsize=0\n", "6: layer 0 [normalization]: "},
      {"[normalization]\nsize=32769\n", "6: layer 0 [normalization]: "},
      {"[lrn]\nalpha=x\n", "6: layer 0 [normalization]: "},
      {"[iseg]\nclasses=2\n", "6: layer 0 [iseg]: the input has 3 channels; 2 classes + 32 ids need 34"},
      {"[iseg]\nclasses=3\nids=1\n", "6: layer 0 [iseg]: the input has 3 channels; 3 classes + 1 ids need 4"},
      {"[iseg]\nclasses=0\n", "6: layer 0 [iseg]: "},
      {"[iseg]\nids=-1\n", "6: layer 0 [iseg]: "},
      {"[activation]\nactivation=foo\n", "6: layer 0 [activation]: activation=foo is unknown"},
      {"[activation]\nactivation=normalize_channels\n",
       "6: layer 0 [activation]: activation=normalize_channels is for [convolutional] only"},
      {two + "[contrastive]\nyolo_layer=-1\n",
       "8: layer 2 [contrastive]: yolo_layer=-1 is no [yolo]; one is needed"},
      {two + "[contrastive]\nyolo_layer=2\n",
       "8: layer 2 [contrastive]: yolo_layer=2 is not an earlier layer"},
      {"[contrastive]\nyolo_layer=-1\n",
       "6: layer 0 [contrastive]: yolo_layer=-1 is not an earlier layer; this is the first"},
  });
}

TEST_CASE("a tree or a map of other classes than the head's") {
  const std::string region = with_input("[conv]\nfilters=7\n[region]\nclasses=2\ntree=t\n");
  BuildOptions options;
  options.tree = flat_tree(3);
  CHECK(refusal(region, options) == "x.cfg:9: layer 1 [region]: the class tree has 3 classes; 2 are needed");
  options.tree = flat_tree(2);
  options.class_map = {0, 2};
  CHECK(refusal(region, options) == "x.cfg:7: layer 1 [region]: the class map names class 2; 0..1 exist");
}
