// Number checks and CLI11's errors as ours.
#include "apps/nightjar/arguments.h"

#include <charconv>
#include <system_error>

#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

template <class Number>
std::optional<Number> parse_within(std::string_view text, Number low, Number high) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  if (!(value >= low && value <= high)) return {};
  return value;
}

}  // namespace

std::optional<float> parse_fraction(std::string_view text) {
  return parse_within(text, 0.f, 1.f);
}

std::optional<int> parse_count(std::string_view text, int low, int high) {
  return parse_within(text, low, high);
}

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
