// Results of all pictures in one file, or on standard output.
#pragma once

#include <optional>
#include <string_view>

#include "apps/nightjar/outputs/output.h"
#include "engine/host/output_file.h"

namespace nightjar {

// How a document is put together: head, the pictures' parts with a separator between them, tail.
struct DocumentFormat {
  std::string_view head, separator, tail;
  std::string (*part)(const Found& found);
  // What stands in front of a picture's part; null: nothing.
  std::string (*opening)(std::int64_t number) = nullptr;
};

extern const DocumentFormat darknet_json, json_lines, coco_json, csv;

class Document : public Output {
 public:
  // `path`: "-" for standard output.
  Document(std::string path, const DocumentFormat& format) : path_(std::move(path)), format_(format) {}

  Result<void> open() override;
  std::vector<std::string> files(const std::vector<std::string>&) const override;
  Result<std::string> render(const Found& found) override { return format_.part(found); }
  Result<void> append(const std::string& rendered, std::int64_t number) override;
  Result<void> finish() override;

 private:
  std::string path_;
  DocumentFormat format_;
  std::optional<OutputFile> file_;
  bool begun_ = false, separated_ = true;
};

}  // namespace nightjar
