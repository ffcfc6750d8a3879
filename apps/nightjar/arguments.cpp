// Options by CLI11, and its errors as ours.
#include "apps/nightjar/arguments.h"

#include <CLI/CLI.hpp>
#include <string_view>

#include "apps/nightjar/report.h"
#include "apps/nightjar/suggestion.h"

namespace nightjar {
namespace {

Option checked(CLI::Option* option, const Check& check) {
  if (check) check(*option);
  return Option(option);
}

// What may have been meant by the first argument that no option takes.
std::string suggestion_for(const CLI::App& app) {
  constexpr std::string_view dashes = "--";
  const std::vector<std::string> unknown = app.remaining();
  if (unknown.empty() || !unknown.front().starts_with(dashes)) return {};
  const std::string word = unknown.front().substr(dashes.size(), unknown.front().find('=') - dashes.size());
  std::vector<std::string_view> known;
  for (const CLI::Option* option : app.get_options())
    known.insert(known.end(), option->get_lnames().begin(), option->get_lnames().end());
  return suggestion(word, known, dashes);
}

std::string mistake_in_count(const std::string& text, int low, int high, const std::string& range) {
  return parse_count(text, low, high) ? std::string() : "'" + text + "' is no whole number in " + range;
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
    option.check([=](const std::string& text) { return mistake_in_count(text, low, high, range); }, range);
  };
}

Check count_or(int low, int high, const std::string& word) {
  return [=](CLI::Option& option) {
    const std::string range = std::to_string(low) + ".." + std::to_string(high) + " or " + word;
    option.check(
        [=](const std::string& text) {
          return text == word ? std::string() : mistake_in_count(text, low, high, range);
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

Option Options::add_option(const std::string& names, std::optional<int>& value, const std::string& help,
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
  } catch (const CLI::ExtrasError& error) {
    return fail(
        {Failure::usage, error.what() + ("; see " + app_->get_name() + " --help") + suggestion_for(*app_)});
  } catch (const CLI::ParseError& error) {
    return fail({Failure::usage, std::string(error.what()) + "; see " + app_->get_name() + " --help"});
  }
}

}  // namespace nightjar
