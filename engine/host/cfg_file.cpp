#include "engine/host/cfg_file.h"

#include "engine/host/files.h"

namespace nightjar {

Result<Cfg> read_cfg(const Source& source) {
  const auto text = read_source(source, cfg_max_bytes);
  if (!text) return text.error();
  return parse_cfg(*text, source.file);
}

}  // namespace nightjar
