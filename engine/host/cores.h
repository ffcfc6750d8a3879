// How many cores there are for us.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace nightjar {

// Cores that this process may use: those in its affinity mask, or what the CPU quota of its control group
// comes to where that is less. At least 1.
int available_cores();

// The CPU quota of a process, in cores: the least of its control groups and those above them (cpu.max of
// version 2, cpu.cfs_quota_us and cpu.cfs_period_us of version 1); nothing where none is set. From the texts
// of /proc/self/cgroup and /proc/self/mountinfo; `read` gives the text of a file, empty where there is none.
std::optional<double> cpu_quota(std::string_view groups, std::string_view mounts,
                                const std::function<std::string(const std::string& path)>& read);

}  // namespace nightjar
