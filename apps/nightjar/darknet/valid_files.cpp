#include "apps/nightjar/darknet/valid_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "apps/nightjar/outputs/document.h"
#include "engine/detect/digits.h"
#include "engine/detect/format_json.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

// Edges in pixels, rounded where Darknet rounds them: in float, centre and half a side apart in double.
struct Edges {
  float left, top, right, bottom;

  Edges(const Detection& box, PixelSize picture, float shift) {
    const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
    const float x = box.x * width, w = box.w * width, y = box.y * height, h = box.h * height;
    left = std::max(static_cast<float>(x - w / 2. + shift), shift);
    right = std::min(static_cast<float>(x + w / 2. + shift), width);
    top = std::max(static_cast<float>(y - h / 2. + shift), shift);
    bottom = std::min(static_cast<float>(y + h / 2. + shift), height);
  }

  std::string text() const {
    return fixed_point(left, 6) + ' ' + fixed_point(top, 6) + ' ' + fixed_point(right, 6) + ' ' +
           fixed_point(bottom, 6);
  }
};

// A line for each class of each box, by number.
template <class Line>
std::string lines_of(const Found& found, std::string_view separator, Line line) {
  std::string lines;
  for (const Detection& box : found.detected.boxes) {
    std::vector<ClassScore> scores = box.classes;
    std::sort(scores.begin(), scores.end(),
              [](const ClassScore& a, const ClassScore& b) { return a.class_id < b.class_id; });
    for (const ClassScore& score : scores) {
      if (!lines.empty()) lines += separator;
      lines += line(box, score);
    }
  }
  return lines;
}

std::string coco_lines(const Found& found) {
  const std::string id = coco_image_id(found.file);
  return lines_of(found, ",\n", [&](const Detection& box, const ClassScore& score) {
    const Edges edges(box, found.size(), 0);
    return "{\"image_id\":" + id +
           ", \"category_id\":" + std::to_string(coco_category(score.class_id, found.names)) +
           ", \"bbox\":[" + fixed_point(edges.left, 6) + ", " + fixed_point(edges.top, 6) + ", " +
           fixed_point(edges.right - edges.left, 6) + ", " + fixed_point(edges.bottom - edges.top, 6) +
           "], \"score\":" + fixed_point(score.probability, 6) + '}';
  });
}

std::string imagenet_lines(const Found& found) {
  return lines_of(found, "", [&](const Detection& box, const ClassScore& score) {
    return std::to_string(found.number) + ' ' + std::to_string(score.class_id + 1) + ' ' +
           fixed_point(score.probability, 6) + ' ' + Edges(box, found.size(), 0).text() + '\n';
  });
}

// A picture in VOC's files: its name as far as the first dot.
std::string voc_id(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  return printable(name.substr(0, name.find('.')), std::string::npos);
}

// A file for each class. They are written at the end: thousands of classes are more files than may be open.
class VocFiles : public Output {
 public:
  VocFiles(std::string folder, std::vector<std::string> paths)
      : folder_(std::move(folder)), paths_(std::move(paths)), lines_(paths_.size()) {}

  Result<void> open() override { return check_folder(folder_); }
  std::vector<std::string> files(const std::vector<std::string>&) const override { return paths_; }
  // Lines that begin with the class's number, which append() takes off again.
  Result<std::string> render(const Found& found) override {
    const std::string id = voc_id(found.file);
    return lines_of(found, "", [&](const Detection& box, const ClassScore& score) {
      return std::to_string(score.class_id) + ' ' + id + ' ' + fixed_point(score.probability, 6) + ' ' +
             Edges(box, found.size(), 1).text() + '\n';
    });
  }
  Result<void> append(const std::string& rendered, std::int64_t) override {
    for (std::size_t first = 0, end; first < rendered.size(); first = end + 1) {
      end = rendered.find('\n', first);
      const std::size_t blank = rendered.find(' ', first);
      const auto class_id = static_cast<std::size_t>(std::stoi(rendered.substr(first, blank - first)));
      lines_[class_id].append(rendered, blank + 1, end - blank);
    }
    return {};
  }
  Result<void> finish() override {
    if (auto made = make_folder(folder_); !made) return made;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (auto done = write_file(paths_[i], lines_[i]); !done) return done;
    }
    return {};
  }

 private:
  std::string folder_;
  std::vector<std::string> paths_, lines_;
};

// A document in a folder that is made for it.
class FolderDocument : public Document {
 public:
  FolderDocument(std::string folder, const std::string& name, DocumentFormat format)
      : Document(folder + '/' + name, std::move(format), [] {}), folder_(std::move(folder)) {}

  Result<void> open() override {
    std::error_code ignored;
    if (std::filesystem::exists(folder_, ignored)) return begin();
    return check_folder(folder_);
  }
  Result<void> append(const std::string& rendered, std::int64_t number) override {
    if (auto done = begin(); !done) return done;
    return Document::append(rendered, number);
  }
  Result<void> finish() override {
    if (auto done = begin(); !done) return done;
    return Document::finish();
  }

 private:
  Result<void> begin() {
    if (std::exchange(begun_, true)) return {};
    if (auto made = make_folder(folder_); !made) return made;
    return Document::open();
  }

  std::string folder_;
  bool begun_ = false;
};

Result<std::unique_ptr<Output>> voc_files(const std::string& folder, const std::string& name,
                                          const std::vector<std::string>& names, const std::string& file) {
  std::vector<std::string> paths;
  for (const std::string& its : names) {
    if (its.find('/') != std::string::npos || its.find('\0') != std::string::npos)
      return malformed(file, "a class named " + in_quotes(its) +
                                 ", which is to be part of a file's name; eval=coco needs no such");
    paths.push_back(folder + '/' + name + its + ".txt");
  }
  return std::unique_ptr<Output>(std::make_unique<VocFiles>(folder, std::move(paths)));
}

}  // namespace

Result<std::unique_ptr<Output>> valid_files(const std::string& kind, const std::string& folder,
                                            const std::string& name, const std::vector<std::string>& names,
                                            const std::string& file) {
  const auto named = [&](const char* usual) { return name.empty() ? std::string(usual) : name; };
  const auto document = [&](const std::string& its, DocumentFormat format) {
    return std::unique_ptr<Output>(std::make_unique<FolderDocument>(folder, its, std::move(format)));
  };
  if (kind == "coco") return document(named("coco_results") + ".json", {"[\n", ",\n", "\n]\n", coco_lines});
  if (kind == "imagenet") return document(named("imagenet-detection") + ".txt", {"", "", "", imagenet_lines});
  if (kind == "voc") return voc_files(folder, named("comp4_det_test_"), names, file);
  return malformed(file, "eval=" + kind + "; coco, voc and imagenet are known");
}

}  // namespace nightjar
