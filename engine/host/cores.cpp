#include "engine/host/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

namespace nightjar {
namespace {

using Read = std::function<std::string(const std::string&)>;

int affinity_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::max(1u, std::thread::hardware_concurrency());
  return std::max(1, CPU_COUNT(&set));
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

template <class Visit>
void each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    visit(line);
  }
}

bool lists(std::string_view names, std::string_view name) {  // "cpu,cpuacct" lists "cpu"
  const std::string all = ',' + std::string(names) + ',';
  return all.find(',' + std::string(name) + ',') != std::string::npos;
}

// A hierarchy of control groups, and the process's place in it.
struct Hierarchy {
  bool unified;                    // version 2
  std::string root, mount, group;  // what of it is mounted, where; the process's group, seen from its root

  std::string folder() const {
    const bool below = root != "/" && group.compare(0, root.size(), root) == 0;
    return mount + (below ? group.substr(root.size()) : group);
  }
};

// Lines "id:controllers:path"; version 2 has no controllers there.
std::string group_of(std::string_view groups, bool unified) {
  std::string group;
  each_line(groups, [&](std::string_view line) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == line.npos) return;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (unified ? controllers.empty() : lists(controllers, "cpu")) group = line.substr(second + 1);
  });
  return group;
}

// Lines of proc_pid_mountinfo(5): "id parent device root mount options... - type source super-options".
std::vector<Hierarchy> hierarchies(std::string_view groups, std::string_view mounts) {
  std::vector<Hierarchy> all;
  each_line(mounts, [&](std::string_view line) {
    const std::vector<std::string> words = words_of(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4) return;
    const bool unified = dash[1] == "cgroup2";
    if (!unified && !(dash[1] == "cgroup" && lists(dash[3], "cpu"))) return;
    const std::string group = group_of(groups, unified);
    if (!group.empty()) all.push_back({unified, words[3], words[4], group});
  });
  return all;
}

// "200000 100000", the microseconds of each period that the group may run: 2. Nothing for "max", or for -1.
std::optional<double> quota_of(const std::string& folder, bool unified, const Read& read) {
  const std::vector<std::string> words =
      unified ? words_of(read(folder + "/cpu.max"))
              : words_of(read(folder + "/cpu.cfs_quota_us") + " " + read(folder + "/cpu.cfs_period_us"));
  if (words.size() != 2) return {};
  const double quota = std::atof(words[0].c_str()), period = std::atof(words[1].c_str());
  if (!(quota > 0 && period > 0)) return {};
  return quota / period;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::optional<double> cpu_quota(std::string_view groups, std::string_view mounts, const Read& read) {
  std::optional<double> least;
  for (const Hierarchy& hierarchy : hierarchies(groups, mounts)) {
    std::string folder = hierarchy.folder();
    for (;;) {
      const auto quota = quota_of(folder, hierarchy.unified, read);
      if (quota && (!least || *quota < *least)) least = quota;
      if (folder.size() <= hierarchy.mount.size()) break;
      folder.resize(folder.rfind('/'));
    }
  }
  return least;
}

int available_cores() {
  const int cores = affinity_cores();
  const auto quota = cpu_quota(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"), text_of);
  // Half a core more is worth a thread; less would only be waited for.
  return quota ? std::clamp(static_cast<int>(std::lround(*quota)), 1, cores) : cores;
}

}  // namespace nightjar
