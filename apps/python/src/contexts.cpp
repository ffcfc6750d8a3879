#include "apps/python/src/contexts.h"

#include <utility>

#include "apps/python/src/error.h"

namespace nightjar::python {

ContextHandle Contexts::take(const nightjar_model* model, int batch) {
  {
    const std::lock_guard lock(mutex_);
    if (auto& free = free_[batch]; !free.empty()) {
      ContextHandle context = std::move(free.back());
      free.pop_back();
      return context;
    }
  }
  return make<ContextHandle>(nightjar_context_create, model, batch, 0);
}

void Contexts::give_back(int batch, ContextHandle context) {
  const std::lock_guard lock(mutex_);
  free_[batch].push_back(std::move(context));
}

}  // namespace nightjar::python
