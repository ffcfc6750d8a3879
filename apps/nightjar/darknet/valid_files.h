// What Darknet's `detector valid` writes, by eval= of the .data file (docs/darknet-format.md section 9.7).
#pragma once

#include <memory>
#include <string>

#include "apps/nightjar/outputs/output.h"

namespace nightjar {

// "coco": folder/NAME.json; "imagenet": folder/NAME.txt; "voc": folder/NAME followed by a class's name, .txt,
// for each class. `name` empty: Darknet's. An error (malformed) for another kind, or a class whose name is no
// part of a file's; `file` is the .data file.
Result<std::unique_ptr<Output>> valid_files(const std::string& kind, const std::string& folder,
                                            const std::string& name, const std::vector<std::string>& names,
                                            const std::string& file);

}  // namespace nightjar
