// The class trees that cfgs name (tree=), in a folder that the user names: a cfg never has a path opened.
#pragma once

#include <string>

#include "parsers/result.h"

namespace nightjar {

// What a cfg's or a user's `path` means in `folder`: folder/path unless the path leads out of it, else the
// file of that name in the folder. Empty where neither is there.
std::string find_in_folder(const std::string& path, const std::string& folder);

// The tree that `cfg` names, in `folder`; empty where it names none, or cannot be read, which loading it
// tells. Errors: usage where it names several, of which there can be but one; cannot_read where the folder
// has not got it.
Result<std::string> find_tree(const std::string& cfg, const std::string& folder);

}  // namespace nightjar
