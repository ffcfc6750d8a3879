// Tables of figures, as plain text and as Markdown.
#pragma once

#include <string>
#include <vector>

#include "engine/nightjar.h"

namespace nightjar {

// `value` with so many decimals, in the C locale.
std::string fixed(double value, int decimals);
// "256x52x52"
std::string shape_text(Shape shape);

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }  // one a column
  std::string text() const;
  std::string markdown() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace nightjar
