// Engines that take turns: a network that waits until somebody says that it is its turn to be timed.
#pragma once

#include "apps/nightjar/model_arguments.h"

namespace nightjar {

// Loads the network, then answers each line of standard input by a line of JSON on standard output:
//   prepare BATCH          makes ready for batches of this size: {"batch", "device", "isa", "ms"}
//   time BATCH SECONDS     passes of it for so long: {"wall_ms": {"best", "median"}, "series_ms": {...}}, of
//                          batches that are waited for one by one, and of those in a series that nobody
//                          waits in
// or {"error"} where that cannot be. Errors: those of loading; usage, for another line;
// cannot_read, cannot_write.
Result<void> take_turns(const ModelArguments& network);

}  // namespace nightjar
