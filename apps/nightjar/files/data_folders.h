// Where nightjar keeps the cfg and names files that come with it, and the weights it fetched.
#pragma once

#include <optional>
#include <string>

namespace nightjar {

// The path of e.g. "cfg/coco.names": in $NIGHTJAR_HOME, in share/nightjar of the prefix that the program is
// installed in, or in the source tree; nothing where none of them has it.
std::optional<std::string> find_data(const std::string& relative);

// The folder that fetched weights go to: weights/ in the first of these places that is there.
std::string weights_folder();

}  // namespace nightjar
