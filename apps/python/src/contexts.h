// Contexts of a model for raw runs, kept for the next one that wants the same batch.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "apps/python/src/handle.h"

namespace nightjar::python {

class Contexts {
 public:
  // Makes one where none is free. Any thread may ask.
  ContextHandle take(const nightjar_model* model, int batch);
  void give_back(int batch, ContextHandle context);

 private:
  std::mutex mutex_;
  std::map<int, std::vector<ContextHandle>> free_;
};

}  // namespace nightjar::python
