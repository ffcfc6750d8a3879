// nightjar version: what a report of a fault should begin with.
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/report.h"
#include "engine/nightjar.h"

namespace nightjar {
namespace {

#ifdef __clang__
constexpr auto compiler = "clang " __clang_version__;
#else
constexpr auto compiler = "gcc " __VERSION__;
#endif

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

int show_version(const Arguments& arguments) {
  Options options("Print the version of nightjar, and what it was built with.", "nightjar version");
  options.footer("nightjar --version prints the first line alone.");
  if (const auto end = options.parse(arguments)) return *end;
  BuildInfo info = build_info();
  info.codecs.insert(info.codecs.begin(), "stb");
  return print("nightjar " + std::string(version()) + "\ninstruction sets, of those that this CPU has: " +
               joined(info.instruction_sets) + "\nCUDA: " + (info.cuda.empty() ? "not built in" : info.cuda) +
               "\npictures: " + joined(info.codecs) + "\ncompiler: " + compiler + '\n');
}

}  // namespace nightjar
