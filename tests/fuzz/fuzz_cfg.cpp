// Any bytes as a cfg, and all its values as every type of option.
#include "parsers/cfg.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cfg = nightjar::parse_cfg({reinterpret_cast<const char*>(data), size}, "fuzz.cfg");
  if (!cfg) return 0;
  for (const nightjar::CfgSection& section : cfg->sections) {
    for (const nightjar::CfgEntry& entry : section.entries) {
      nightjar::CfgOptions options(cfg->file, section);
      options.integer(entry.key, 1, {1, 1024});
      options.flag(entry.key, false);
      options.real(entry.key, 0);
      options.text(entry.key, "");
      options.integers(entry.key);
      options.reals(entry.key);
    }
  }
  return 0;
}
