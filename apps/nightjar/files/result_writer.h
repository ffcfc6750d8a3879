// Where the boxes of pictures go: text on standard output, JSON and CSV files, label files, annotated
// pictures.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/detect/format.h"
#include "engine/host/output_file.h"
#include "parsers/image.h"

namespace nightjar {

// The file that belongs to a picture, by the picture's path.
using PathRule = std::function<std::string(const std::string& picture)>;

struct OutputOptions {
  bool alexeyab = true;              // text as AlexeyAB's Darknet prints it, or as pjreddie's
  bool coordinates = true;           // -ext_output
  std::string json, csv;             // files; empty: none, "-": standard output in place of the text
  PathRule labels, drawings;         // none where empty
  std::vector<std::string> folders;  // that these rules write to; made for the first result
};

class ResultWriter {
 public:
  // Opens the files, so that what cannot be written is known before any work is done.
  static Result<ResultWriter> open(OutputOptions options);

  Result<void> add(const std::string& file, const Image& picture, const Boxes& boxes, double milliseconds,
                   const std::vector<std::string>& names);
  // Makes the JSON and CSV files appear; without it there are none.
  Result<void> finish();
  int pictures() const { return pictures_; }

 private:
  explicit ResultWriter(OutputOptions options) : options_(std::move(options)) {}
  Result<void> draw(const std::string& file, Image picture, const Boxes& boxes,
                    const std::vector<std::string>& names);
  std::string text(const std::string& file, const Image& picture, const Boxes& boxes, double milliseconds,
                   Names names) const;

  OutputOptions options_;
  std::optional<OutputFile> text_, json_, csv_;
  int pictures_ = 0;
};

// Refuses outputs for `pictures` that would overwrite one of these, another input, or one another (usage).
Result<void> refuse_overwriting(const OutputOptions& outputs, const std::vector<std::string>& pictures,
                                const std::vector<std::string>& other_inputs);

}  // namespace nightjar
