// The options by which commands are told which pictures to work on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

class Options;

// Of many machines that share a list: the `number`th of `of` parts, 1..of.
struct Shard {
  int number = 1, of = 1;
};
// "2/8"; nothing for what is none.
std::optional<Shard> parse_shard(const std::string& text);
// Every of-th path, beginning with the number-th: together the shards have each path once, and hardly differ
// in size.
std::vector<std::string> part_of(std::vector<std::string> paths, Shard shard);

struct PictureArguments {
  std::vector<std::string> images;
  std::string shard;
  bool recursive = false;

  // Adds IMAGE..., --recursive, --shard.
  void add_to(Options& options);
  // The paths that they stand for, in order; may be none of a shard. Tells on stderr what folders hold
  // besides. Errors: usage, cannot_read.
  Result<std::vector<std::string>> find() const;
  // The @lists among them.
  std::vector<std::string> lists() const;
};

}  // namespace nightjar
