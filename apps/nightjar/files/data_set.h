// A .data file and what it leads to: class names, lists of pictures.
#pragma once

#include <string>
#include <vector>

#include "parsers/lists.h"
#include "parsers/result.h"

namespace nightjar {

class DataSet {
 public:
  // Reads the .data file; its warnings are told.
  static Result<DataSet> read(const std::string& file);

  // The value of a key; nullptr where it is not there.
  const std::string* find(std::string_view key) const { return data_.find(key); }
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
