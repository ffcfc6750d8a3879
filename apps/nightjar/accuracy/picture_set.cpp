#include "apps/nightjar/accuracy/picture_set.h"

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/files/picture_list.h"
#include "apps/nightjar/report.h"

namespace nightjar {

void PictureSetArguments::add_to(Options& options) {
  options.add_option("SET", pictures, "A Darknet .data file, or pictures: files, folders, patterns, @lists")
      .required();
  options.add_option(
      "--labels", labels,
      "Where their labels are: a folder of .txt or .xml files, or COCO's .json; default: where "
      "Darknet\nlooks, in labels/ beside images/, in Annotations/, or beside the pictures");
  options.add_flag("--recursive", recursive, "Of folders, take what lies in the folders in them, too");
}

Result<PictureSet> open_set(const PictureSetArguments& arguments, const std::string& key) {
  PictureSet set;
  if (arguments.pictures.size() == 1 && arguments.pictures[0].ends_with(".data")) {
    auto data = DataSet::read(arguments.pictures[0]);
    if (!data) return data.error();
    auto pictures = data->pictures(key);
    if (!pictures) return pictures.error();
    set.pictures = std::move(*pictures);
    set.inputs.push_back(data->file());
    set.data = std::move(*data);
  } else {
    auto list = expand_pictures(arguments.pictures, arguments.recursive);
    if (!list) return list.error();
    set.pictures = std::move(list->paths);
  }
  set.inputs.push_back(arguments.labels);
  set.inputs.insert(set.inputs.end(), set.pictures.begin(), set.pictures.end());
  return set;
}

Result<LabelledPictures> labels_of(const PictureSet& set, const PictureSetArguments& arguments,
                                   std::vector<std::string> names, int classes) {
  auto labels =
      read_labels(set.pictures, {.place = arguments.labels, .names = std::move(names), .classes = classes});
  if (labels) warn(labels->warnings);
  return labels;
}

}  // namespace nightjar
