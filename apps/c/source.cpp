#include "apps/c/source.h"

#include <string_view>

namespace nightjar::c {

bool is_given(const nightjar_source& source) {
  return source.file || source.bytes;
}

Result<Source> source_of(const nightjar_source* source, const char* what) {
  if (!source || !is_given(*source))
    return Error{Failure::usage, std::string("no ") + what + "; a file's path or its bytes are needed"};
  if (!source->bytes) return Source(std::string(source->file));
  const std::string name = source->file ? source->file : what;
  return Source(name, std::string_view(static_cast<const char*>(source->bytes), source->size));
}

}  // namespace nightjar::c
