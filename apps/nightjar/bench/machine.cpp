// Linux: /proc/cpuinfo.
#include "apps/nightjar/bench/machine.h"

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

std::string machine_line(const Machine& m) {
  const std::string threads = std::to_string(m.threads) + (m.threads == 1 ? " thread" : " threads");
  return (m.is_cpu() ? cpu_name() + ", " + threads : m.device) + ", " + m.isa + ", " + today();
}

}  // namespace nightjar
