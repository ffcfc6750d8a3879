// Quotas of control groups, of both versions, as containers show them.
#include "engine/host/cores.h"

#include <map>

#include "tests/catch.h"

using namespace nightjar;

namespace {

using Files = std::map<std::string, std::string>;

std::optional<double> quota(const char* groups, const char* mounts, const Files& files) {
  return cpu_quota(groups, mounts, [&](const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? std::string() : found->second;
  });
}

constexpr const char* unified =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

}  // namespace

TEST_CASE("version 2: the least of a group and those above it") {
  const Files files = {{"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
                       {"/sys/fs/cgroup/a/cpu.max", "150000 100000\n"},
                       {"/sys/fs/cgroup/cpu.max", "400000 100000\n"}};
  CHECK(quota("0::/a/b\n", unified, files) == 1.5);
  CHECK(quota("0::/\n", unified, files) == 4.);
  CHECK(quota("0::/c\n", unified, {{"/sys/fs/cgroup/c/cpu.max", "max 100000\n"}}) == std::nullopt);
}

TEST_CASE("version 1: microseconds of a period in two files; -1 is no quota") {
  const char* mounts =
      "31 25 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "32 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";
  const char* groups = "5:memory:/x\n4:cpu,cpuacct:/job\n";
  Files files = {{"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "200000\n"},
                 {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n"},
                 {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n"},
                 {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"}};
  CHECK(quota(groups, mounts, files) == 2.);
  files["/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us"] = "-1\n";
  CHECK(quota(groups, mounts, files) == std::nullopt);
}

TEST_CASE("a container that sees only its own group finds it where it is mounted") {
  const char* mounts = "40 30 0:28 /docker/1f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n";
  const Files files = {{"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n"},
                       {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}};
  CHECK(quota("4:cpu:/docker/1f\n", mounts, files) == .5);
}

TEST_CASE("what is no control group, or broken, is no quota") {
  CHECK(quota("", "", {}) == std::nullopt);
  CHECK(quota("garbage\n0::\n", "a b\n - \n", {}) == std::nullopt);
  CHECK(quota("0::/\n", unified, {{"/sys/fs/cgroup/cpu.max", "0 0\n"}}) == std::nullopt);
  CHECK(available_cores() >= 1);
}
