#include "apps/nightjar/figures/table.h"

#include <algorithm>
#include <cstdio>

namespace nightjar {

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string shape_text(Shape shape) {
  return std::to_string(shape.c) + "x" + std::to_string(shape.h) + "x" + std::to_string(shape.w);
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); i++) {
    widths.push_back(columns_[i].title.size());
    for (const auto& row : rows_) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string all;
  const auto add_line = [&](const auto& cell) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); i++) {
      const std::string blanks(widths[i] - cell(i).size(), ' ');
      if (i > 0) line += "  ";
      line += columns_[i].align == Align::left ? cell(i) + blanks : blanks + cell(i);
    }
    all += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  };
  add_line([&](std::size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) add_line([&](std::size_t i) { return row[i]; });
  return all;
}

std::string Table::markdown() const {
  std::string titles = "|", rule = "|", body;
  for (const Column& column : columns_) {
    titles += ' ' + column.title + " |";
    rule += column.align == Align::left ? " --- |" : " ---: |";
  }
  for (const auto& row : rows_) {
    body += '|';
    for (const std::string& cell : row) body += ' ' + cell + " |";
    body += '\n';
  }
  return titles + '\n' + rule + '\n' + body;
}

}  // namespace nightjar
