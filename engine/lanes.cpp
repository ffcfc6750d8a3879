#include "engine/lanes.h"

#include <utility>

namespace nightjar {

Result<Lane*> Lanes::free() {
  for (Lane& lane : lanes_)
    if (!lane.busy) return &lane;
  if (static_cast<int>(lanes_.size()) == most_) return nullptr;
  auto context = Context::create(model_, batch_, lanes_.empty() ? threads_ : 1);
  if (context) return &lanes_.emplace_back(Lane{std::move(*context)});
  if (lanes_.empty()) return context.error();
  most_ = static_cast<int>(lanes_.size());
  return nullptr;
}

void Lanes::help(int idle) {
  if (!lanes_.empty()) lanes_.front().context.use_threads(1 + idle);
}

}  // namespace nightjar
