// The small text files, each a loop over trimmed lines.
#include "parsers/lists.h"

#include <algorithm>
#include <limits>
#include <set>

#include "parsers/kind.h"
#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {
namespace {

constexpr std::size_t max_bytes = std::size_t{16} << 20;
constexpr std::size_t max_lines = std::size_t{1} << 20;

// The lines of a text file without blanks at their ends and without the blank lines after the last one.
Result<std::vector<Line>> trimmed_lines(std::string_view bytes, const std::string& file,
                                        std::string_view wanted) {
  if (Result<void> text = check_text(bytes, file, wanted, max_bytes); !text) return text.error();
  std::vector<Line> lines;
  LineScanner scanner(bytes);
  while (const std::optional<Line> line = scanner.next()) {
    if (lines.size() == max_lines) {
      return too_large(file, "more than " + std::to_string(max_lines) + " lines; fewer are needed");
    }
    lines.push_back({trim(line->text), line->number});
  }
  while (!lines.empty() && lines.back().text.empty()) lines.pop_back();
  return lines;
}

Error bad_line(const std::string& file, const Line& line, std::string_view needed) {
  return malformed(file, line.number, in_quotes(line.text) + "; " + std::string(needed));
}

// In a value a path may contain '#', so only one after a blank begins a comment.
std::string_view without_comment(std::string_view value) {
  for (std::size_t at = value.find('#'); at != value.npos; at = value.find('#', at + 1)) {
    if (at == 0 || value[at - 1] == ' ' || value[at - 1] == '\t') return trim(value.substr(0, at));
  }
  return value;
}

}  // namespace

const std::string* DataFile::find(std::string_view key) const {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == key; });
  return entry == entries.end() ? nullptr : &entry->second;
}

Result<DataFile> parse_data(std::string_view bytes, const std::string& file) {
  const Result<std::vector<Line>> lines = trimmed_lines(bytes, file, "a .data file");
  if (!lines) return lines.error();
  DataFile data;
  std::set<std::string> keys;
  for (const Line& line : *lines) {
    if (line.text.empty() || line.text[0] == '#' || line.text[0] == ';') continue;
    const std::size_t equals = line.text.find('=');
    if (equals == line.text.npos) return bad_line(file, line, "key=value is needed");
    std::string key = without_blanks(line.text.substr(0, equals));
    const std::string_view value = without_comment(trim(line.text.substr(equals + 1)));
    if (key.empty() || value.empty()) return bad_line(file, line, "key=value is needed");
    if (keys.insert(key).second) {
      data.entries.emplace_back(std::move(key), value);
    } else {
      data.warnings.push_back(place(file, line.number) + ": key " + in_quotes(key) +
                              " again; the first counts");
    }
  }
  return data;
}

Result<std::vector<std::string>> parse_names(std::string_view bytes, const std::string& file) {
  const Result<std::vector<Line>> lines = trimmed_lines(bytes, file, "a list of names");
  if (!lines) return lines.error();
  if (lines->empty()) return malformed(file, "no names; one a line is needed");
  std::vector<std::string> names;
  names.reserve(lines->size());
  for (const Line& line : *lines) names.emplace_back(line.text);
  return names;
}

namespace {

Result<Label> parse_label(const std::string& file, const Line& line) {
  const auto refused = [&] {
    return bad_line(file, line, "\"class x y w h\" is needed, a whole number and four from 0 to 1");
  };
  const std::vector<std::string_view> parts = fields(line.text);
  if (parts.size() != 5) return refused();
  const std::optional<int> id = to_int(parts[0], 0, std::numeric_limits<int>::max());
  float box[4];
  for (std::size_t i = 0; i < 4; ++i) {
    // Programs that round write values a little outside.
    constexpr float slack = .001f;
    const std::optional<float> value = to_real(parts[i + 1]);
    if (!id || !value || *value < -slack || *value > 1 + slack) return refused();
    box[i] = *value;
  }
  return Label{*id, box[0], box[1], box[2], box[3]};
}

}  // namespace

Result<std::vector<Label>> parse_labels(std::string_view bytes, const std::string& file,
                                        std::vector<Error>* broken) {
  const Result<std::vector<Line>> lines = trimmed_lines(bytes, file, "a label file");
  if (!lines) return lines.error();
  std::vector<Label> labels;
  for (const Line& line : *lines) {
    if (line.text.empty()) continue;
    const Result<Label> label = parse_label(file, line);
    if (label) {
      labels.push_back(*label);
    } else if (broken) {
      broken->push_back(label.error());
    } else {
      return label.error();
    }
  }
  return labels;
}

Result<ClassTree> parse_class_tree(std::string_view bytes, const std::string& file) {
  const Result<std::vector<Line>> lines = trimmed_lines(bytes, file, "a class tree");
  if (!lines) return lines.error();
  if (lines->empty()) return malformed(file, "no classes; \"name parent\" lines are needed");
  ClassTree tree;
  std::set<int> parents;  // of the groups so far
  for (const Line& line : *lines) {
    const std::vector<std::string_view> parts = fields(line.text);
    const int index = static_cast<int>(tree.parent.size());
    const std::optional<int> parent = parts.size() == 2 ? to_int(parts[1], -1, index - 1) : std::nullopt;
    if (!parent)
      return bad_line(file, line,
                      "\"name parent\" is needed, the parent an earlier line counted from 0, or -1");
    if (index > 0 && *parent == tree.parent.back()) {
      ++tree.group_sizes.back();
    } else if (parents.insert(*parent).second || *parent == -1) {
      tree.group_sizes.push_back(1);
    } else {
      return bad_line(file, line, "the children of one parent are needed on consecutive lines");
    }
    tree.names.emplace_back(parts[0]);
    tree.parent.push_back(*parent);
  }
  return tree;
}

Result<std::vector<int>> parse_class_map(std::string_view bytes, const std::string& file, int classes) {
  const Result<std::vector<Line>> lines = trimmed_lines(bytes, file, "a class map");
  if (!lines) return lines.error();
  if (lines->empty()) return malformed(file, "no classes; a class number a line is needed");
  std::vector<int> map;
  for (const Line& line : *lines) {
    const std::optional<int> id = to_int(line.text, 0, classes - 1);
    if (!id) {
      return bad_line(file, line, "a class number from 0 to " + std::to_string(classes - 1) + " is needed");
    }
    map.push_back(*id);
  }
  return map;
}

}  // namespace nightjar
