#include "engine/host/cfg_file.h"

#include "engine/host/files.h"

namespace nightjar {

Result<Cfg> read_cfg(const std::string& file) {
  const auto text = read_file(file, cfg_max_bytes);
  if (!text) return text.error();
  return parse_cfg(*text, file);
}

}  // namespace nightjar
