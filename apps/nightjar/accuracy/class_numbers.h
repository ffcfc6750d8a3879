// The numbers of the classes that labels name, and how many labels name others.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "parsers/coco.h"

namespace nightjar {

class ClassNumbers {
 public:
  // `classes` 0: each new name gets the next number.
  ClassNumbers(std::vector<std::string> names, int classes) : names_(std::move(names)), classes_(classes) {}

  // The class of a number, a name or a COCO category; nothing, and counted, for one that there is not.
  // `place` is told of the first.
  std::optional<int> of_number(int number, const std::string& place);
  std::optional<int> of_name(const std::string& name, const std::string& place);
  std::optional<int> of_category(std::int64_t category, const std::string& place);
  // COCO's categories: by the order of their numbers where they are as many as the classes, else by name.
  void set_categories(std::vector<CocoCategory> categories);

  // "3 labels of other classes ...", or nothing.
  std::optional<std::string> warning() const;

 private:
  std::optional<int> pass_over(const std::string& what, const std::string& place);

  std::vector<std::string> names_;
  int classes_;
  std::map<std::int64_t, std::string> categories_;
  std::int64_t passed_over_ = 0;
  std::string first_;
};

}  // namespace nightjar
