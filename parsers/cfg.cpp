// Lines of a .cfg -> sections; values of a section -> typed options.
#include "parsers/cfg.h"

#include <unordered_map>
#include <utility>

#include "parsers/kind.h"
#include "parsers/message.h"
#include "parsers/scan.h"
#include "parsers/weights.h"

namespace nightjar {
namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 20;
constexpr std::size_t max_layers = 4096;

bool is_net(std::string_view type) {
  return type == "net" || type == "network";
}

class CfgReader {
 public:
  explicit CfgReader(std::string file) { cfg_.file = std::move(file); }

  Result<void> read_line(const Line& line) {
    const std::string text = without_blanks(line.text.substr(0, line.text.find('#')));
    if (text.empty() || text[0] == ';') return {};
    return text[0] == '[' ? open_section(text, line.number) : add_entry(text, line.number);
  }

  Result<Cfg> finish() {
    if (cfg_.sections.empty()) return malformed(cfg_.file, "no section [net]; a cfg begins with [net]");
    if (cfg_.sections.size() == 1) {
      return malformed(cfg_.file, cfg_.sections[0].line,
                       "[net] is the only section; layers are needed after it");
    }
    return std::move(cfg_);
  }

 private:
  Result<void> open_section(const std::string& text, int line) {
    const std::size_t end = text.find(']');
    if (end == text.npos)
      return malformed(cfg_.file, line, in_quotes(text) + " is not closed; ']' is needed");
    if (end + 1 != text.size()) {
      return malformed(cfg_.file, line,
                       in_quotes(text.substr(end + 1)) + " after ']'; a section stands alone on its line");
    }
    std::string type = text.substr(1, end - 1);
    if (type.empty()) {
      return malformed(cfg_.file, line, "a section without a name; [net] or a layer is needed");
    }
    if (cfg_.sections.empty() && !is_net(type)) {
      return malformed(cfg_.file, line, "the first section is " + in_quotes(type) + "; [net] is needed");
    }
    if (!cfg_.sections.empty() && is_net(type)) {
      return malformed(cfg_.file, line, "a second [" + type + "]; a layer is needed");
    }
    if (cfg_.sections.size() > max_layers) {
      return too_large(cfg_.file, "more than " + std::to_string(max_layers) + " layers; fewer are needed");
    }
    cfg_.sections.push_back({std::move(type), line, {}});
    first_line_.clear();
    return {};
  }

  Result<void> add_entry(const std::string& text, int line) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos) {
      return malformed(cfg_.file, line, in_quotes(text) + " has no '='; key=value is needed");
    }
    std::string key = text.substr(0, equals), value = text.substr(equals + 1);
    if (key.empty()) return malformed(cfg_.file, line, in_quotes(text) + " has no key; key=value is needed");
    if (value.empty()) {
      return malformed(cfg_.file, line, "key " + in_quotes(key) + " has no value; key=value is needed");
    }
    if (cfg_.sections.empty()) {
      return malformed(cfg_.file, line,
                       "key " + in_quotes(key) + " in front of any section; [net] is needed first");
    }
    CfgSection& section = cfg_.sections.back();
    if (const auto [first, added] = first_line_.emplace(key, line); added) {
      section.entries.push_back({std::move(key), std::move(value), line});
    } else {
      cfg_.warnings.push_back(place(cfg_.file, line) + ": key " + in_quotes(key) + " again in [" +
                              printable(section.type) + "]; line " + std::to_string(first->second) +
                              " counts");
    }
    return {};
  }

  Cfg cfg_;
  std::unordered_map<std::string, int> first_line_;  // of each key of the open section
};

std::string needed(IntRange range) {
  const IntRange all;
  if (range.low <= all.low && range.high >= all.high) return "a whole number is needed";
  if (range.high >= all.high) return "a whole number of at least " + std::to_string(range.low) + " is needed";
  return "a whole number from " + std::to_string(range.low) + " to " + std::to_string(range.high) +
         " is needed";
}

template <class T, class Convert>
std::vector<T> elements(CfgOptions& options, const CfgEntry* entry, std::string_view wanted,
                        Convert convert) {
  std::vector<T> values;
  if (!entry) return values;
  for (const std::string_view element : split(entry->value, ',')) {
    const std::optional<T> value = convert(element);
    if (!value) {
      options.refuse(entry->key, "element " + std::to_string(values.size() + 1) + " of key " +
                                     in_quotes(entry->key) + " is " + in_quotes(element) + "; " +
                                     std::string(wanted) + " separated by commas are needed");
      return {};
    }
    values.push_back(*value);
  }
  return values;
}

}  // namespace

Result<Cfg> parse_cfg(std::string_view bytes, std::string file) {
  constexpr std::string_view wanted = "a Darknet cfg";
  if (bytes.find('\0') != bytes.npos &&
      parse_weights_header(bytes.substr(0, weights_header_max_bytes), file)) {
    return malformed(
        file, not_the_file({"a .weights file", "were the cfg and the weights swapped?", false}, wanted));
  }
  if (Result<void> text = check_text(bytes, file, wanted, max_bytes); !text) return text.error();
  CfgReader reader(std::move(file));
  LineScanner lines(bytes);
  while (const std::optional<Line> line = lines.next()) {
    if (Result<void> read = reader.read_line(*line); !read) return read.error();
  }
  return reader.finish();
}

const CfgEntry* CfgOptions::find(std::string_view key) const {
  for (const CfgEntry& entry : section_->entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

bool CfgOptions::has(std::string_view key) const {
  return find(key) != nullptr;
}

int CfgOptions::integer(std::string_view key, int fallback, IntRange range) {
  const CfgEntry* entry = find(key);
  if (!entry) return fallback;
  if (const std::optional<int> value = to_int(entry->value, range.low, range.high)) return *value;
  refuse(key, "key " + in_quotes(key) + " is " + in_quotes(entry->value) + "; " + needed(range));
  return fallback;
}

bool CfgOptions::flag(std::string_view key, bool fallback) {
  return integer(key, fallback) != 0;
}

float CfgOptions::real(std::string_view key, float fallback) {
  const CfgEntry* entry = find(key);
  if (!entry) return fallback;
  if (const std::optional<float> value = to_real(entry->value)) return *value;
  refuse(key, "key " + in_quotes(key) + " is " + in_quotes(entry->value) + "; a number is needed");
  return fallback;
}

std::string CfgOptions::text(std::string_view key, std::string fallback) {
  const CfgEntry* entry = find(key);
  return entry ? entry->value : fallback;
}

std::vector<int> CfgOptions::integers(std::string_view key) {
  return elements<int>(*this, find(key), "whole numbers", [](std::string_view text) {
    const IntRange all;
    return to_int(text, all.low, all.high);
  });
}

std::vector<float> CfgOptions::reals(std::string_view key) {
  return elements<float>(*this, find(key), "numbers", to_real);
}

std::string CfgOptions::place(std::string_view key) const {
  const CfgEntry* entry = find(key);
  return nightjar::place(*file_, entry ? entry->line : section_->line);
}

void CfgOptions::refuse(std::string_view key, std::string what) {
  if (error_) return;
  const CfgEntry* entry = find(key);
  error_ = malformed(*file_, entry ? entry->line : section_->line, what);
}

}  // namespace nightjar
