// Linux: /proc/cpuinfo.
#include "apps/nightjar/bench_machine.h"

#include <ctime>
#include <fstream>

namespace nightjar {

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown CPU";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

std::string machine_line(int threads, const std::string& isa) {
  return cpu_name() + ", " + std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") + isa +
         ", " + today();
}

}  // namespace nightjar
