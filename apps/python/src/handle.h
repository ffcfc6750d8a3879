// Owners of what the C interface gives out.
#pragma once

#include <memory>

#include "apps/c/nightjar_c.h"

namespace nightjar::python {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* handle) const {
    free(handle);
  }
};

using ModelHandle = std::unique_ptr<nightjar_model, Freed<nightjar_model_free>>;
using ContextHandle = std::unique_ptr<nightjar_context, Freed<nightjar_context_free>>;
using DetectionsHandle = std::unique_ptr<nightjar_detections, Freed<nightjar_detections_free>>;
using ScoresHandle = std::unique_ptr<nightjar_scores, Freed<nightjar_scores_free>>;
using ImageHandle = std::unique_ptr<nightjar_image, Freed<nightjar_image_free>>;
using StreamHandle = std::unique_ptr<nightjar_stream, Freed<nightjar_stream_free>>;
using StreamedHandle = std::unique_ptr<nightjar_streamed, Freed<nightjar_streamed_free>>;
using ErrorHandle = std::unique_ptr<nightjar_error, Freed<nightjar_error_free>>;
using TextHandle = std::unique_ptr<char, Freed<nightjar_text_free>>;

}  // namespace nightjar::python
