// All outputs of a run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/outputs/document.h"
#include "apps/nightjar/outputs/folder.h"

namespace nightjar {

struct OutputOptions {
  std::optional<TextStyle> text = TextStyle{};  // on standard output, unless another output goes there
  std::optional<ClassStyle> classes;            // of a classifier: in place of boxes, in text and all files
  bool times = false;                           // on stderr, a line a picture
  std::string json, json_lines, coco, csv;      // files; empty: none, "-": standard output
  std::optional<FolderOptions> labels, drawings, crops;
  bool label_confidence = false;
  DrawOptions drawing;
};

class Outputs {
 public:
  // Opens them, so that what cannot be written is known before any work is done. `before_stdout` is called
  // before anything is written to standard output.
  static Result<Outputs> open(
      const OutputOptions& options, std::function<void()> before_stdout = [] {});
  // Opens these.
  static Result<Outputs> open(std::vector<std::unique_ptr<Output>> outputs);

  // Refuses outputs for `pictures` that would overwrite one of these, another input, or one another (usage).
  Result<void> refuse_overwriting(const std::vector<std::string>& pictures,
                                  const std::vector<std::string>& other_inputs) const;

  // The steps of a picture, as Output has them; one string an output.
  Result<std::vector<std::string>> render(const Found& found);
  Result<void> append(const std::vector<std::string>& rendered);
  Result<void> finish();

 private:
  std::vector<std::unique_ptr<Output>> all_;
  std::int64_t pictures_ = 0;  // appended so far
};

}  // namespace nightjar
