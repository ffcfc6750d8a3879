// Results of all pictures in one file, or on standard output.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "apps/nightjar/outputs/output.h"
#include "engine/host/output_file.h"

namespace nightjar {

// How a document is put together: head, the pictures' parts with a separator between them, tail.
struct DocumentFormat {
  std::string_view head, separator, tail;
  std::function<std::string(const Found& found)> part;
  // What stands in front of a picture's part; null: nothing.
  std::string (*opening)(std::int64_t number) = nullptr;
};

extern const DocumentFormat darknet_json, json_lines, coco_json, csv;

// What the Darknets print for a picture.
struct TextStyle {
  bool alexeyab = true;     // as AlexeyAB's Darknet prints it, or as pjreddie's
  bool coordinates = true;  // -ext_output
};
DocumentFormat text(const TextStyle& style);

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
