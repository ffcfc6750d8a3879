// Options by CLI11, and its errors as ours.
#include "apps/nightjar/arguments.h"

#include <CLI/CLI.hpp>

#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

Option checked(CLI::Option* option, const Check& check) {
  if (check) check(*option);
  return Option(option);
}

}  // namespace

Check fraction() {
  return [](CLI::Option& option) {
    option.check(
        [](const std::string& text) {
          return parse_fraction(text) ? std::string() : "'" + text + "' is no number from 0 to 1";
        },
        "0..1");
  };
}

Check count(int low, int high) {
  return [=](CLI::Option& option) {
    const std::string range = std::to_string(low) + ".." + std::to_string(high);
    option.check(
        [=](const std::string& text) {
          return parse_count(text, low, high) ? std::string()
                                              : "'" + text + "' is no whole number in " + range;
        },
        range);
  };
}

Check one_of(std::vector<std::string> words) {
  return [words = std::move(words)](CLI::Option& option) { option.check(CLI::IsMember(words)); };
}

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::delimiter(char separator) const {
  option_->delimiter(separator);
  return *this;
}

Option Option::needs(Option other) const {
  option_->needs(other.option_);
  return *this;
}

Option Option::excludes(std::initializer_list<Option> others) const {
  for (const Option& other : others) option_->excludes(other.option_);
  return *this;
}

Option Option::excludes(std::initializer_list<const char*> names) const {
  for (const char* name : names) option_->excludes<CLI::App>(name);
  return *this;
}

Options::Options(const std::string& purpose, const std::string& command)
    : app_(std::make_unique<CLI::App>(purpose, command)) {}

Options::~Options() = default;

void Options::footer(const std::string& text) {
  app_->footer(text);
}

Option Options::add_option(const std::string& names, std::string& value, const std::string& help,
                           const Check& check) {
  return checked(app_->add_option(names, value, help), check);
}

Option Options::add_option(const std::string& names, int& value, const std::string& help,
                           const Check& check) {
  return checked(app_->add_option(names, value, help), check);
}

Option Options::add_option(const std::string& names, float& value, const std::string& help,
                           const Check& check) {
  return checked(app_->add_option(names, value, help), check);
}

Option Options::add_option(const std::string& names, std::optional<float>& value, const std::string& help,
                           const Check& check) {
  return checked(app_->add_option(names, value, help), check);
}

Option Options::add_option(const std::string& names, std::vector<std::string>& value, const std::string& help,
                           const Check& check) {
  return checked(app_->add_option(names, value, help), check);
}

Option Options::add_flag(const std::string& names, bool& value, const std::string& help) {
  return Option(app_->add_flag(names, value, help));
}

std::optional<int> Options::parse(const Arguments& arguments) {
  try {
    app_->parse(Arguments(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    return {};
  } catch (const CLI::CallForHelp&) {
    return print(app_->help());
  } catch (const CLI::ParseError& error) {
    return fail({Failure::usage, std::string(error.what()) + "; see " + app_->get_name() + " --help"});
  }
}

}  // namespace nightjar
