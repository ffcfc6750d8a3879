#include "apps/nightjar/accuracy/labels.h"

#include <filesystem>
#include <map>
#include <optional>

#include "apps/nightjar/accuracy/class_numbers.h"
#include "apps/nightjar/files/label_path.h"
#include "engine/host/files.h"
#include "parsers/coco.h"
#include "parsers/lists.h"
#include "parsers/message.h"
#include "parsers/voc.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t max_label_bytes = std::int64_t{16} << 20, max_coco_bytes = std::int64_t{1} << 30;

std::optional<std::string> first_that_exists(std::initializer_list<fs::path> candidates) {
  std::error_code ignored;
  for (const fs::path& candidate : candidates) {
    if (fs::is_regular_file(candidate, ignored)) return candidate.string();
  }
  return {};
}

fs::path with_extension(fs::path path, const char* extension) {
  return path.replace_extension(extension);
}

// images/a/b.jpg -> labels/a/b.txt, by the last folder of that name.
fs::path in_labels(const fs::path& picture) {
  const std::string path = picture.string(), images = "images";
  const std::size_t at = ("/" + path).rfind("/" + images + "/");
  return at == std::string::npos ? picture : fs::path(std::string(path).replace(at, images.size(), "labels"));
}

std::optional<std::string> label_file(const std::string& picture, const std::string& folder) {
  const fs::path path = picture;
  if (!folder.empty()) {
    const fs::path inside = fs::path(folder) / path.filename();
    return first_that_exists({with_extension(inside, ".txt"), with_extension(inside, ".xml")});
  }
  return first_that_exists({label_path(picture), with_extension(in_labels(path), ".txt"),
                            with_extension(path, ".txt"),
                            with_extension(path.parent_path() / "../Annotations" / path.filename(), ".xml"),
                            with_extension(path, ".xml")});
}

// Edges in pixels -> a truth, also relative to a picture of this size.
Truth truth_of(int class_id, const PixelBox& box, int width, int height) {
  Truth truth;
  truth.class_id = class_id;
  truth.x = static_cast<float>((box.left + box.width / 2) / width);
  truth.y = static_cast<float>((box.top + box.height / 2) / height);
  truth.w = static_cast<float>(box.width / width);
  truth.h = static_cast<float>(box.height / height);
  truth.pixels = box;
  truth.area = box.width * box.height;
  return truth;
}

class LabelReader {
 public:
  // `broken`: where to put what is left out; null: it ends the reading.
  LabelReader(const LabelOptions& options, std::vector<Error>* broken)
      : numbers_(options.names, options.classes), broken_(broken) {}

  Result<void> read(LabelledPicture& picture, const std::string& file) {
    const auto bytes = read_file(file, max_label_bytes);
    if (!bytes) return bytes.error();
    return file.ends_with(".xml") ? read_voc(picture, *bytes, file) : read_yolo(picture, *bytes, file);
  }

  Result<void> open_coco(const std::string& file) {
    const auto bytes = read_file(file, max_coco_bytes);
    if (!bytes) return bytes.error();
    auto all = parse_coco(*bytes, file);
    if (!all) return all.error();
    numbers_.set_categories(std::move(all->categories));
    coco_file_ = file;
    std::map<std::string, LabelledPicture*> by_id;
    for (const CocoPicture& its : all->pictures) {
      LabelledPicture& picture = coco_[fs::path(its.file_name).filename()];
      picture.width = its.width, picture.height = its.height;
      by_id[its.id] = &picture;
    }
    for (const CocoAnnotation& annotation : all->annotations) {
      const auto found = by_id.find(annotation.picture);
      if (found != by_id.end()) {
        add(*found->second, annotation);
        continue;
      }
      Error error = malformed(file, "an annotation of image " + in_quotes(annotation.picture) +
                                        ", which is none of its images; each needs one");
      if (!broken_) return error;
      broken_->push_back(std::move(error));
    }
    return {};
  }

  // Whether the file of COCO's annotations has the picture.
  bool take_coco(LabelledPicture& picture) {
    const auto found = coco_.find(fs::path(picture.file).filename());
    if (found == coco_.end()) return false;
    picture.truths = found->second.truths;
    picture.width = found->second.width, picture.height = found->second.height;
    return true;
  }

  std::optional<std::string> warning() const { return numbers_.warning(); }

 private:
  Result<void> read_yolo(LabelledPicture& picture, const std::string& bytes, const std::string& file) {
    const auto labels = parse_labels(bytes, file, broken_);
    if (!labels) return labels.error();
    for (const Label& label : *labels) {
      if (!numbers_.of_number(label.class_id, file)) continue;
      Truth truth;
      truth.class_id = label.class_id;
      truth.x = label.x, truth.y = label.y, truth.w = label.w, truth.h = label.h;
      picture.truths.push_back(truth);
    }
    return {};
  }

  // Pixels are counted from 1; sizes as in Darknet's scripts/voc_label.py.
  Result<void> read_voc(LabelledPicture& picture, const std::string& bytes, const std::string& file) {
    const auto annotation = parse_voc(bytes, file, broken_);
    if (!annotation) return annotation.error();
    picture.width = annotation->width, picture.height = annotation->height;
    for (const VocObject& object : annotation->objects) {
      const auto class_id = numbers_.of_name(object.name, place(file, object.line));
      if (!class_id) continue;
      const PixelBox box{object.left - 1, object.top - 1, object.right - object.left,
                         object.bottom - object.top};
      picture.truths.push_back(truth_of(*class_id, box, picture.width, picture.height));
      picture.truths.back().difficult = object.difficult;
    }
    return {};
  }

  void add(LabelledPicture& picture, const CocoAnnotation& annotation) {
    const auto class_id = numbers_.of_category(annotation.category, coco_file_);
    if (!class_id) return;
    const PixelBox box{annotation.left, annotation.top, annotation.width, annotation.height};
    Truth truth = truth_of(*class_id, box, picture.width, picture.height);
    truth.area = annotation.area;
    truth.crowd = annotation.crowd;
    picture.truths.push_back(truth);
  }

  ClassNumbers numbers_;
  std::vector<Error>* broken_;
  std::string coco_file_;
  std::map<std::string, LabelledPicture> coco_;  // by file name
};

std::string count_of(std::size_t part, std::size_t all) {
  return std::to_string(part) + " of " + std::to_string(all) + (all == 1 ? " picture" : " pictures");
}

}  // namespace

int LabelledPictures::truths() const {
  int count = 0;
  for (const LabelledPicture& picture : pictures) count += static_cast<int>(picture.truths.size());
  return count;
}

Result<LabelledPictures> read_labels(const std::vector<std::string>& pictures, const LabelOptions& options) {
  LabelledPictures labels;
  LabelReader reader(options, options.tolerant ? &labels.broken : nullptr);
  const bool coco = options.place.ends_with(".json");
  if (coco) {
    if (auto done = reader.open_coco(options.place); !done) return done.error();
  }
  for (const std::string& file : pictures) {
    LabelledPicture& picture = labels.pictures.emplace_back();
    picture.file = file;
    const auto found = coco ? std::nullopt : label_file(file, options.place);
    if (found) {
      auto done = reader.read(picture, *found);
      if (!done && !options.tolerant) return done.error();
      if (picture.broken = !done; picture.broken) labels.broken.push_back(done.error());
    }
    labels.files += found || (coco && reader.take_coco(picture));
  }
  const std::size_t without = pictures.size() - static_cast<std::size_t>(labels.files);
  if (without == pictures.size()) {
    return Error{Failure::cannot_read,
                 (options.place.empty() ? label_path(pictures.front()) : place(options.place)) +
                     ": no labels of these pictures there; expected a .txt of Darknet's, an .xml of Pascal "
                     "VOC's or COCO's .json"};
  }
  if (without > 0)
    labels.warnings.push_back(count_of(without, pictures.size()) + " without labels: taken to show nothing");
  if (const auto warning = reader.warning()) labels.warnings.push_back(*warning);
  return labels;
}

}  // namespace nightjar
