// Where nightjar keeps the cfg and names files that come with it, and the weights it fetched.
#pragma once

#include <optional>
#include <string>

#include "engine/image/typeface.h"
#include "parsers/result.h"

namespace nightjar {

// The path of e.g. "cfg/coco.names": in $NIGHTJAR_HOME, in the user's data folder ($XDG_DATA_HOME/nightjar or
// ~/.local/share/nightjar), in share/nightjar of the prefix that the program is installed in, or in the
// source tree; nothing where none of them has it.
std::optional<std::string> find_data(const std::string& relative);

// Whether there is anything at a path.
bool is_there(const std::string& path);

// The typeface of the file `font`; where none is named and one is `wanted`, DejaVu Sans of our own files, for
// systems that have none. Errors: those of loading.
Result<Typeface> load_typeface(const std::string& font, bool wanted);

// The folder that fetched weights go to: $NIGHTJAR_HOME/weights where that is set; else weights/ of the
// prefix, or of the source tree for a program that is not installed, where one may write there; else of the
// user's data folder. It needs not be there.
std::string weights_folder();

// Makes the weights folder, and the folders that it lies in. Errors: cannot_write.
Result<void> make_weights_folder();

}  // namespace nightjar
