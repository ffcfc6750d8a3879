// Options of a command in nightjar's own syntax. CLI11 reads them; arguments.cpp alone includes it, because
// its header takes seconds to compile.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/command.h"
#include "apps/nightjar/numbers.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace nightjar {

// What the text of an option must be; --help shows it.
using Check = std::function<void(CLI::Option&)>;
Check fraction();  // 0..1
Check count(int low, int high);
Check count_or(int low, int high, const std::string& word);
Check one_of(std::vector<std::string> words);

// An option that was added, for what else holds of it. Another is named by it, or by its name where it was
// added before; excludes works both ways.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option required() const;
  Option delimiter(char separator) const;  // of the elements of a list
  Option needs(Option other) const;
  Option excludes(std::initializer_list<Option> others) const;
  Option excludes(std::initializer_list<const char*> names) const;

 private:
  CLI::Option* option_;
};

class Options {
 public:
  Options(const std::string& purpose, const std::string& command);
  ~Options();

  void footer(const std::string& text);  // of --help

  // `names` as "--out", "-v,--verbose", or without a dash for a positional one. `value` keeps what it has
  // where the option is not given.
  Option add_option(const std::string& names, std::string& value, const std::string& help,
                    const Check& check = {});
  Option add_option(const std::string& names, int& value, const std::string& help, const Check& check = {});
  Option add_option(const std::string& names, std::optional<int>& value, const std::string& help,
                    const Check& check = {});
  Option add_option(const std::string& names, float& value, const std::string& help, const Check& check = {});
  Option add_option(const std::string& names, std::optional<float>& value, const std::string& help,
                    const Check& check = {});
  Option add_option(const std::string& names, std::vector<std::string>& value, const std::string& help,
                    const Check& check = {});
  Option add_flag(const std::string& names, bool& value, const std::string& help);

  // An empty result means: go on. Otherwise the command ends with that exit code, --help or the mistake being
  // printed.
  std::optional<int> parse(const Arguments& arguments);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace nightjar
