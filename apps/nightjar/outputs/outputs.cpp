#include "apps/nightjar/outputs/outputs.h"

#include <utility>

#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/outputs/times.h"

namespace nightjar {

Result<Outputs> Outputs::open(const OutputOptions& options, std::function<void()> before_stdout) {
  std::vector<std::unique_ptr<Output>> all;
  const auto add = [&]<class O>(std::unique_ptr<O> output) { all.push_back(std::move(output)); };
  // Folders first: a picture's own files are there before its line says so.
  if (options.labels) add(std::make_unique<Labels>(*options.labels, options.label_confidence));
  if (options.drawings) add(std::make_unique<Drawings>(*options.drawings, options.drawing));
  if (options.crops) add(std::make_unique<Crops>(*options.crops));
  if (options.times) add(std::make_unique<Times>());
  const auto& classes = options.classes;
  const std::pair<const std::string&, DocumentFormat> documents[] = {
      {options.json, classes ? class_json_array(*classes) : darknet_json},
      {options.json_lines, classes ? class_json_lines(*classes) : json_lines},
      {options.coco, coco_json},
      {options.csv, classes ? class_csv(*classes) : csv}};
  int to_stdout = 0;
  for (const auto& [path, format] : documents) {
    to_stdout += path == "-";
    if (!path.empty()) add(std::make_unique<Document>(path, format, before_stdout));
  }
  if (to_stdout > 1) {
    return Error{Failure::usage,
                 "two outputs cannot both go to standard output; name a file for all of them but one"};
  }
  if (options.text && to_stdout == 0) {
    add(std::make_unique<Document>("-", classes ? class_text(*classes) : text(*options.text), before_stdout));
  }
  return open(std::move(all));
}

Result<Outputs> Outputs::open(std::vector<std::unique_ptr<Output>> all) {
  Outputs outputs;
  outputs.all_ = std::move(all);
  for (const auto& output : outputs.all_) {
    if (auto opened = output->open(); !opened) return opened.error();
  }
  return outputs;
}

Result<void> Outputs::refuse_overwriting(const std::vector<std::string>& pictures,
                                         const std::vector<std::string>& other_inputs) const {
  std::vector<std::string> inputs = pictures, files;
  inputs.insert(inputs.end(), other_inputs.begin(), other_inputs.end());
  for (const auto& output : all_) {
    const std::vector<std::string> its = output->files(pictures);
    files.insert(files.end(), its.begin(), its.end());
  }
  return nightjar::refuse_overwriting(files, inputs);
}

Result<std::vector<std::string>> Outputs::render(const Found& found) {
  std::vector<std::string> rendered;
  for (const auto& output : all_) {
    auto text = output->render(found);
    if (!text) return text.error();
    rendered.push_back(std::move(*text));
  }
  return rendered;
}

Result<void> Outputs::append(const std::vector<std::string>& rendered) {
  ++pictures_;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (auto done = all_[i]->append(rendered[i], pictures_); !done) return done;
  }
  return {};
}

Result<void> Outputs::finish() {
  for (const auto& output : all_) {
    if (auto done = output->finish(); !done) return done;
  }
  return {};
}

}  // namespace nightjar
