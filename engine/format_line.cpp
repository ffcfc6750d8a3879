#include "engine/format_line.h"

#include <cstdarg>
#include <cstdio>

namespace nightjar {

std::string format(const char* form, ...) {
  char line[512];
  va_list values;
  va_start(values, form);
  std::vsnprintf(line, sizeof line, form, values);
  va_end(values);
  return line;
}

}  // namespace nightjar
