// Structs of options that grow from version to version, as callers compiled against any of them fill them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "apps/c/nightjar_c.h"
#include "parsers/result.h"

namespace nightjar::c {

// `defaults`, as far as a caller's struct of so many bytes reaches.
template <class Options>
void write_options(const Options& defaults, Options* options, std::size_t struct_size) {
  const std::size_t known = std::min(struct_size, sizeof(Options));
  std::memset(static_cast<void*>(options), 0, struct_size);
  std::memcpy(static_cast<void*>(options), &defaults, known);
  options->struct_size = struct_size;
}

// What a caller said, and the defaults for what his struct does not have. Errors: usage, for one that was
// never initialised.
template <class Options>
Result<Options> read_options(const Options* given, const Options& defaults) {
  Options options = defaults;
  if (!given) return options;
  if (given->struct_size < sizeof(std::size_t))
    return Error{Failure::usage, "options whose struct_size is not set; nightjar_..._options_init() sets it"};
  std::memcpy(static_cast<void*>(&options), given, std::min(given->struct_size, sizeof(Options)));
  return options;
}

}  // namespace nightjar::c
