// A .data file and what it leads to: class names, lists of pictures.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/lists.h"
#include "parsers/result.h"

namespace nightjar {

class DataSet {
 public:
  DataSet() = default;  // of no file, and without entries
  // Reads the .data file; its warnings are told.
  static Result<DataSet> read(const std::string& file);

  // The value of a key; nullptr where it is not there.
  const std::string* find(std::string_view key) const { return data_.find(key); }
  // The path that `key` leads to: as it stands, else beside the file. Nothing where there is no such key.
  std::optional<std::string> path(std::string_view key) const;
  // The names file. An error (malformed) where the file names none.
  Result<std::string> names_file() const;
  // Refuses (malformed) another number of classes than the network's, where the file has any.
  Result<void> check_classes(int classes) const;
  // The pictures of the list that `key` names (valid, train), or of the folder. Paths of a list are taken as
  // they stand, and where nothing lies there relative to the list's own folder.
  Result<std::vector<std::string>> pictures(const std::string& key) const;
  const std::string& file() const { return file_; }

 private:
  DataSet(std::string file, DataFile data) : file_(std::move(file)), data_(std::move(data)) {}
  std::string beside(const std::string& path) const;

  std::string file_;
  DataFile data_;
};

}  // namespace nightjar
