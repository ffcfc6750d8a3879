// nightjar bench --training: what an update of a training takes.
#pragma once

#include "apps/nightjar/bench/run.h"

namespace nightjar {

// Made-up pictures with made-up truths, learned again and again as the cfg says: forward, losses, backward,
// update. A batch is what one run of the network learns, by default batch / subdivisions of the cfg.
// Errors: those of a training; usage, for what only a network that is run has.
Result<BenchResult> run_training_bench(ModelArguments network, const BenchPlan& plan);

}  // namespace nightjar
