// What a user means by "these pictures": files, folders, globs, lists.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// The paths that the arguments stand for, in order:
//   file.jpg    itself, whether it is there or not (reading it tells)
//   folder      the .jpg, .jpeg, .png, .bmp and .webp files in it, by name; `recursive`: also those in the
//   folders
//               in it
//   *.jpg       what the pattern matches, by name, where no file has that very name
//   @list.txt   the paths on its lines, relative to the current folder; blank lines are skipped
//   -           standard input (left as "-")
// Errors: cannot_read for a folder or pattern without pictures, and for a list that cannot be read.
struct PictureList {
  std::vector<std::string> paths;
  std::int64_t passed_over = 0;  // files in folders that are no pictures by their names
};
Result<PictureList> expand_pictures(std::span<const std::string> arguments, bool recursive);

}  // namespace nightjar
