// Checks of CLI11's, and its errors as ours.
#include "apps/nightjar/arguments.h"

#include "apps/nightjar/report.h"

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

std::optional<int> parse(CLI::App& app, const Arguments& arguments) {
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    return {};
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::ParseError& error) {
    return fail({Failure::usage, std::string(error.what()) + "; see " + app.get_name() + " --help"});
  }
}

}  // namespace nightjar
