// Results of all pictures in one file, or on standard output.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "apps/nightjar/outputs/output.h"
#include "engine/host/output_file.h"
#include "parsers/lists.h"

namespace nightjar {

// How a document is put together: head, the pictures' parts with a separator between them, tail.
struct DocumentFormat {
  std::string_view head, separator, tail;
  std::function<std::string(const Found& found)> part;
  // What stands in front of a picture's part; null: nothing.
  std::string (*opening)(std::int64_t number) = nullptr;
};

extern const DocumentFormat darknet_json, json_lines, coco_json, csv;

// "dog.jpg: Predicted in 12.300000 milli-seconds.\n", or in seconds as pjreddie's Darknet.
std::string predicted_line(const Found& found, bool in_milliseconds);

// What the Darknets print for a picture.
struct TextStyle {
  bool alexeyab = true;                 // as AlexeyAB's Darknet prints it, or as pjreddie's
  bool coordinates = true;              // -ext_output
  const std::string* before = nullptr;  // what stands in front of each picture's lines; null: nothing
};
DocumentFormat text(const TextStyle& style);

// How a classifier's results are written in place of boxes.
struct ClassStyle {
  int top = 5;          // classes, the most probable ones
  bool percent = true;  // "87.30%: name", as pjreddie's Darknet, or AlexeyAB's "name: 0.873000"
  bool time = true;     // a line for it in front
  std::optional<ClassTree> tree = {};   // that the classes form
  const std::string* before = nullptr;  // what stands in front of each picture's lines; null: nothing
};
DocumentFormat class_text(const ClassStyle& style);
DocumentFormat class_json_array(const ClassStyle& style);
DocumentFormat class_json_lines(const ClassStyle& style);
DocumentFormat class_csv(const ClassStyle& style);

class Document : public Output {
 public:
  // `path`: "-" for standard output; then `before` is called before anything is written.
  Document(std::string path, DocumentFormat format, std::function<void()> before)
      : path_(std::move(path)), format_(std::move(format)), before_(std::move(before)) {}

  Result<void> open() override;
  std::vector<std::string> files(const std::vector<std::string>&) const override;
  Result<std::string> render(const Found& found) override { return format_.part(found); }
  Result<void> append(const std::string& rendered, std::int64_t number) override;
  Result<void> finish() override;

 private:
  Result<void> write(std::string_view bytes);

  std::string path_;
  DocumentFormat format_;
  std::function<void()> before_;
  std::optional<OutputFile> file_;
  bool begun_ = false, has_parts_ = false;
};

}  // namespace nightjar
