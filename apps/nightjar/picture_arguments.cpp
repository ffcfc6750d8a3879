#include "apps/nightjar/picture_arguments.h"

#include <limits>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/files/picture_list.h"
#include "apps/nightjar/report.h"

namespace nightjar {

std::optional<Shard> parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {};
  const auto of = parse_count(text.substr(slash + 1), 1, std::numeric_limits<int>::max());
  if (!of) return {};
  const auto number = parse_count(text.substr(0, slash), 1, *of);
  if (!number) return {};
  return Shard{*number, *of};
}

std::vector<std::string> part_of(std::vector<std::string> paths, Shard shard) {
  std::vector<std::string> part;
  for (std::size_t i = static_cast<std::size_t>(shard.number - 1); i < paths.size();
       i += static_cast<std::size_t>(shard.of)) {
    part.push_back(std::move(paths[i]));
  }
  return part;
}

void PictureArguments::add_to(Options& options) {
  options.add_option("IMAGE", images, "Pictures: files, folders, patterns, @lists, or -").required();
  options.add_flag("--recursive", recursive, "Of folders, take what lies in the folders in them, too");
  options.add_option("--shard", shard,
                     "Of the pictures, the part I/N of N: for N machines that share them, 1/N to N/N");
}

Result<std::vector<std::string>> PictureArguments::find() const {
  const auto part = shard.empty() ? Shard{} : parse_shard(shard);
  if (!part) {
    return Error{
        Failure::usage,
        "--shard: '" + shard + "' is no part; expected I/N with I from 1 to N, as 1/4 for the first of four"};
  }
  auto pictures = expand_pictures(images, recursive);
  if (!pictures) return pictures.error();
  if (pictures->passed_over > 0) {
    note(std::to_string(pictures->passed_over) + (pictures->passed_over == 1 ? " file" : " files") +
         " of these folders not read: no picture by name (.jpg, .jpeg, .png, .bmp, .webp)");
  }
  return part_of(std::move(pictures->paths), *part);
}

std::vector<std::string> PictureArguments::lists() const {
  std::vector<std::string> files;
  for (const std::string& image : images) {
    if (image.starts_with('@')) files.push_back(image.substr(1));
  }
  return files;
}

}  // namespace nightjar
