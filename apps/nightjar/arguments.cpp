// Checks of CLI11's, and its errors as ours.
#include "apps/nightjar/arguments.h"

#include <string_view>
#include <vector>

#include "apps/nightjar/report.h"
#include "apps/nightjar/suggestion.h"

namespace nightjar {

CLI::Validator fraction() {
  return CLI::Validator(
      [](const std::string& text) {
        return parse_fraction(text) ? std::string() : "'" + text + "' is no number from 0 to 1";
      },
      "0..1");
}

CLI::Validator count(int low, int high) {
  const std::string range = std::to_string(low) + ".." + std::to_string(high);
  return CLI::Validator(
      [=](const std::string& text) {
        return parse_count(text, low, high) ? std::string() : "'" + text + "' is no whole number in " + range;
      },
      range);
}

namespace {

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

}  // namespace

std::optional<int> parse(CLI::App& app, const Arguments& arguments) {
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    return {};
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::ExtrasError& error) {
    return fail(
        {Failure::usage, error.what() + ("; see " + app.get_name() + " --help") + suggestion_for(app)});
  } catch (const CLI::ParseError& error) {
    return fail({Failure::usage, std::string(error.what()) + "; see " + app.get_name() + " --help"});
  }
}

}  // namespace nightjar
