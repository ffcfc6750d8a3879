// posix_spawn, and waiting.
#include "apps/nightjar/fetch/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "apps/nightjar/signals.h"

namespace nightjar {
namespace {

struct FileActions {
  FileActions() { ::posix_spawn_file_actions_init(&value); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&value); }
  posix_spawn_file_actions_t value;
};

// A process group of its own, so that its children end with it; signals as a fresh program expects them.
struct Attributes {
  Attributes() {
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&value);
    ::posix_spawnattr_setsigmask(&value, &none);
    ::posix_spawnattr_setsigdefault(&value, &all);
    ::posix_spawnattr_setpgroup(&value, 0);
    ::posix_spawnattr_setflags(&value,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
  posix_spawnattr_t value;
};

std::optional<int> wait_for(pid_t child, long most_seconds) {
  constexpr auto pause = std::chrono::milliseconds(20);
  const auto start = std::chrono::steady_clock::now();
  const auto late = [&] {
    return most_seconds > 0 && std::chrono::steady_clock::now() - start > std::chrono::seconds(most_seconds);
  };
  bool ended_by_us = false;
  for (int status = 0;;) {
    const pid_t done = ::waitpid(child, &status, ended_by_us ? 0 : WNOHANG);
    if (done == child)
      return WIFEXITED(status) && !ended_by_us ? std::optional(WEXITSTATUS(status)) : std::nullopt;
    if (done < 0 && errno != EINTR) return {};
    if (!ended_by_us && (HeldInterrupts::pending() || late())) {
      ::kill(-child, SIGKILL);
      ended_by_us = true;
    } else {
      std::this_thread::sleep_for(pause);
    }
  }
}

// Descriptor `to` of the program leads to `from`, or nowhere.
void lead(FileActions& files, int from, int to) {
  if (from >= 0) {
    ::posix_spawn_file_actions_adddup2(&files.value, from, to);
  } else {
    ::posix_spawn_file_actions_addopen(&files.value, to, "/dev/null", O_WRONLY, 0);
  }
}

}  // namespace

std::optional<int> run_program(const std::vector<std::string>& command, const RunOptions& options) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  FileActions files;
  ::posix_spawn_file_actions_addopen(&files.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  lead(files, options.output, STDOUT_FILENO);
  lead(files, options.errors, STDERR_FILENO);
  const Attributes attributes;
  pid_t child = 0;
  if (::posix_spawnp(&child, arguments[0], &files.value, &attributes.value, arguments.data(), environ) != 0)
    return {};
  return wait_for(child, options.most_seconds);
}

}  // namespace nightjar
