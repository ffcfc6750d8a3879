// Output of detections.
#include "apps/nightjar/files/result_writer.h"

#include <sys/stat.h>

#include <cstdio>
#include <set>
#include <utility>

#include "engine/host/files.h"
#include "engine/image/draw.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

Result<void> open_into(std::optional<OutputFile>& file, const std::string& path) {
  if (path.empty()) return {};
  auto opened = OutputFile::open(path);
  if (!opened) return opened.error();
  file = std::move(*opened);
  return {};
}

Result<void> write_into(std::optional<OutputFile>& file, std::string_view bytes) {
  return file ? file->write(bytes) : Result<void>();
}

// Device and inode of a regular file; devices may be read and written at once.
std::optional<std::pair<dev_t, ino_t>> identity(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return std::pair(status.st_dev, status.st_ino);
}

// All files that results for these pictures go to. The same picture twice writes the same file twice, which
// is well.
std::vector<std::string> written_files(const OutputOptions& outputs,
                                       const std::vector<std::string>& pictures) {
  std::vector<std::string> files;
  for (const std::string& file : {outputs.json, outputs.csv}) {
    if (!file.empty() && file != "-") files.push_back(file);
  }
  for (const std::string& picture : std::set<std::string>(pictures.begin(), pictures.end())) {
    if (outputs.labels) files.push_back(outputs.labels(picture));
    if (outputs.drawings) files.push_back(outputs.drawings(picture));
  }
  return files;
}

}  // namespace

Result<ResultWriter> ResultWriter::open(OutputOptions options) {
  const bool to_stdout = options.json == "-" || options.csv == "-";
  if (options.json == "-" && options.csv == "-") {
    return Error{Failure::usage,
                 "JSON and CSV cannot both go to standard output; name a file for one of them"};
  }
  ResultWriter writer(std::move(options));
  for (const std::string& folder : writer.options_.folders) {
    if (auto usable = check_folder(folder); !usable) return usable.error();
  }
  if (auto done = open_into(writer.json_, writer.options_.json); !done) return done.error();
  if (auto done = open_into(writer.csv_, writer.options_.csv); !done) return done.error();
  if (auto done = open_into(writer.text_, to_stdout ? "" : "-"); !done) return done.error();
  return writer;
}

std::string ResultWriter::text(const std::string& file, const Image& picture, const Boxes& boxes,
                               double milliseconds, Names names) const {
  char took[64];
  if (options_.alexeyab) {
    std::snprintf(took, sizeof took, ": Predicted in %f milli-seconds.\n", milliseconds);
  } else {
    std::snprintf(took, sizeof took, ": Predicted in %f seconds.\n", milliseconds / 1000);
  }
  return place(file) + took +
         (options_.alexeyab
              ? alexeyab_lines(boxes, names, {picture.width, picture.height}, options_.coordinates)
              : pjreddie_lines(boxes, names));
}

Result<void> ResultWriter::draw(const std::string& file, Image picture, const Boxes& boxes,
                                const std::vector<std::string>& names) {
  const std::string path = options_.drawings(file);
  if (same_file(path, file))
    return Error{Failure::usage, place(path) + ": is the picture itself; it is not overwritten"};
  draw_boxes(picture, boxes, names);
  return write_file(path, encode_image(picture, path));
}

Result<void> ResultWriter::add(const std::string& file, const Image& picture, const Boxes& boxes,
                               double milliseconds, const std::vector<std::string>& names) {
  const bool first = pictures_++ == 0;
  if (first) {
    for (const std::string& folder : options_.folders) {
      if (auto made = make_folder(folder); !made) return made;
    }
  }
  if (options_.labels) {
    if (auto done = write_file(options_.labels(file), label_lines(boxes)); !done) return done;
  }
  if (options_.drawings) {
    if (auto done = draw(file, picture, boxes, names); !done) return done;
  }
  const std::string object =
      std::string(first ? "" : json_separator) + json_object(boxes, names, file, pictures_);
  if (auto done = write_into(json_, (first ? std::string(json_head) : "") + object); !done) return done;
  const std::string rows = csv_rows(boxes, names, file, {picture.width, picture.height});
  if (auto done = write_into(csv_, (first ? std::string(csv_head) : "") + rows); !done) return done;
  return write_into(text_, text(file, picture, boxes, milliseconds, names));
}

Result<void> ResultWriter::finish() {
  const bool none = pictures_ == 0;
  if (auto done = write_into(json_, (none ? std::string(json_head) : "") + std::string(json_tail)); !done)
    return done;
  if (auto done = write_into(csv_, none ? csv_head : ""); !done) return done;
  for (std::optional<OutputFile>* file : {&text_, &json_, &csv_}) {
    if (!*file) continue;
    if (auto done = (*file)->commit(); !done) return done;
  }
  return {};
}

Result<void> refuse_overwriting(const OutputOptions& outputs, const std::vector<std::string>& pictures,
                                const std::vector<std::string>& other_inputs) {
  std::set<std::pair<dev_t, ino_t>> read;
  for (const auto* inputs : {&pictures, &other_inputs}) {
    for (const std::string& input : *inputs) {
      if (const auto file = identity(input)) read.insert(*file);
    }
  }
  std::set<std::string> written;
  for (const std::string& output : written_files(outputs, pictures)) {
    if (const auto file = identity(output); file && read.contains(*file)) {
      return Error{Failure::usage,
                   place(output) + ": is an input, and would be overwritten; name another output"};
    }
    if (!written.insert(output).second) {
      return Error{
          Failure::usage,
          place(output) + ": two results would be written to it; give the pictures names of their own"};
    }
  }
  return {};
}

}  // namespace nightjar
