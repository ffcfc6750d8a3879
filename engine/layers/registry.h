// The layer types there are. A new one is a file <name>.cpp that defines <name>_layer, and a line here.
#pragma once

#include "engine/layers/layer.h"

#define NIGHTJAR_LAYERS(LAYER) \
  LAYER(activation)            \
  LAYER(avgpool)               \
  LAYER(batchnorm)             \
  LAYER(connected)             \
  LAYER(contrastive)           \
  LAYER(conv_lstm)             \
  LAYER(convolutional)         \
  LAYER(cost)                  \
  LAYER(crnn)                  \
  LAYER(crop)                  \
  LAYER(deconvolutional)       \
  LAYER(detection)             \
  LAYER(dropout)               \
  LAYER(empty)                 \
  LAYER(gaussian_yolo)         \
  LAYER(gru)                   \
  LAYER(history)               \
  LAYER(implicit)              \
  LAYER(iseg)                  \
  LAYER(l2norm)                \
  LAYER(local)                 \
  LAYER(local_avgpool)         \
  LAYER(logistic)              \
  LAYER(lstm)                  \
  LAYER(maxpool)               \
  LAYER(normalization)         \
  LAYER(region)                \
  LAYER(reorg)                 \
  LAYER(reorg3d)               \
  LAYER(rnn)                   \
  LAYER(route)                 \
  LAYER(sam)                   \
  LAYER(scale_channels)        \
  LAYER(shortcut)              \
  LAYER(softmax)               \
  LAYER(upsample)              \
  LAYER(yolo)

namespace nightjar {

#define NIGHTJAR_DECLARE_LAYER(name) extern const LayerType name##_layer;
NIGHTJAR_LAYERS(NIGHTJAR_DECLARE_LAYER)
#undef NIGHTJAR_DECLARE_LAYER

}  // namespace nightjar
