// Results of each picture in a file of its own.
#pragma once

#include <functional>
#include <mutex>

#include "apps/nightjar/outputs/output.h"
#include "engine/image/draw.h"

namespace nightjar {

// A file to be written.
struct FileBytes {
  std::string path, bytes;
};

// The file that belongs to a picture, by the picture's path.
using PathRule = std::function<std::string(const std::string& picture)>;

struct FolderOptions {
  PathRule path;
  std::string folder;  // that the rule writes to, made for the first result; empty where it must be there
  // The rule gives the same file for all pictures, which then is the last one's.
  bool shared = false;
};

class Folder : public Output {
 public:
  explicit Folder(FolderOptions options) : options_(std::move(options)) {}

  Result<void> open() override;
  std::vector<std::string> files(const std::vector<std::string>& pictures) const override;
  Result<std::string> render(const Found& found) override;
  Result<void> append(const std::string& rendered, std::int64_t number) override;
  Result<void> finish() override { return {}; }

 private:
  // The picture's files; `path` is what the rule gives for it.
  virtual Result<std::vector<FileBytes>> files_of(const Found& found, const std::string& path) const = 0;
  Result<void> make();

  FolderOptions options_;
  std::mutex mutex_;
  bool made_ = false;
};

// A label file, best class first; with `confidence` a sixth number, the class's probability.
class Labels : public Folder {
 public:
  Labels(FolderOptions options, bool confidence) : Folder(std::move(options)), confidence_(confidence) {}

 private:
  Result<std::vector<FileBytes>> files_of(const Found& found, const std::string& path) const override;
  bool confidence_;
};

// An annotated copy.
class Drawings : public Folder {
 public:
  Drawings(FolderOptions options, DrawOptions drawing)
      : Folder(std::move(options)), drawing_(std::move(drawing)) {}

 private:
  Result<std::vector<FileBytes>> files_of(const Found& found, const std::string& path) const override;
  DrawOptions drawing_;
};

// What lies in each box, a picture a box: `path` gives the picture's name, to which box and class are added.
class Crops : public Folder {
 public:
  using Folder::Folder;
  // Which boxes there will be is not known before.
  std::vector<std::string> files(const std::vector<std::string>&) const override { return {}; }

 private:
  Result<std::vector<FileBytes>> files_of(const Found& found, const std::string& path) const override;
};

}  // namespace nightjar
