// The contexts that compute pictures side by side. Calls are one at a time, but for what is done in a
// context.
#pragma once

#include <deque>

#include "engine/nightjar.h"

namespace nightjar {

struct Lane {
  Context context;
  bool busy = false;
};

class Lanes {
 public:
  // `most` at a time; `threads`: of all of them together.
  Lanes(const Model& model, int batch, int threads, int most)
      : model_(model), batch_(batch), threads_(threads), most_(most) {}

  // One in which nobody works, made if need be; null where all are at work. The first has all threads where
  // nobody else needs them, the others one each. Without memory for one more, those that are there have to
  // do. Errors: those of Context::create for the first.
  Result<Lane*> free();

  // So many threads have nothing else to do: they help in the first lane.
  void help(int idle);

 private:
  const Model& model_;
  int batch_, threads_, most_;
  std::deque<Lane> lanes_;
};

}  // namespace nightjar
