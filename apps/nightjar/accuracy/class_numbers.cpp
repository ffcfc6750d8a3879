#include "apps/nightjar/accuracy/class_numbers.h"

#include <algorithm>
#include <iterator>

#include "parsers/message.h"

namespace nightjar {

std::optional<int> ClassNumbers::of_number(int number, const std::string& place) {
  if (classes_ == 0 || number < classes_) return number;
  return pass_over("class " + std::to_string(number), place);
}

std::optional<int> ClassNumbers::of_name(const std::string& name, const std::string& place) {
  auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end() && classes_ == 0) found = names_.insert(names_.end(), name);
  const auto number = static_cast<int>(found - names_.begin());
  const bool known = found != names_.end() && (classes_ == 0 || number < classes_);
  return known ? std::optional(number) : pass_over(in_quotes(name), place);
}

void ClassNumbers::set_categories(std::vector<CocoCategory> categories) {
  for (CocoCategory& category : categories) categories_[category.id] = std::move(category.name);
}

std::optional<int> ClassNumbers::of_category(std::int64_t category, const std::string& place) {
  const auto found = categories_.find(category);
  if (found == categories_.end()) return pass_over("category " + std::to_string(category), place);
  if (classes_ > 0 && static_cast<int>(categories_.size()) != classes_) return of_name(found->second, place);
  return static_cast<int>(std::distance(categories_.begin(), found));
}

std::optional<int> ClassNumbers::pass_over(const std::string& what, const std::string& place) {
  if (passed_over_++ == 0) first_ = what + " in " + printable(place, std::string::npos);
  return {};
}

std::optional<std::string> ClassNumbers::warning() const {
  if (passed_over_ == 0) return {};
  return std::to_string(passed_over_) + (passed_over_ == 1 ? " label" : " labels") +
         " passed over, of classes that the network does not have (it has " + std::to_string(classes_) +
         "): first " + first_;
}

}  // namespace nightjar
