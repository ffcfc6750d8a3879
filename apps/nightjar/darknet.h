// Darknet's own command line, for scripts that people have.
#pragma once

#include "apps/nightjar/command.h"

namespace nightjar {

// Whether the arguments of `detect` are Darknet's "CFG WEIGHTS [IMAGE]": a .cfg file stands among them by
// itself.
bool is_darknet_detect(const Arguments& arguments);
int darknet_detect(const Arguments& arguments);

}  // namespace nightjar
