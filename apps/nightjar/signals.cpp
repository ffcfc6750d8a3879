// Signal handling of the process.
#include "apps/nightjar/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include "engine/host/output_file.h"

namespace nightjar {
namespace {

constexpr int interrupts[] = {SIGHUP, SIGINT, SIGTERM};
constexpr int other_ends[] = {SIGPIPE, SIGQUIT, SIGXCPU};
constexpr int crashes[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};

// SA_RESETHAND has put the default action back: the raised signal ends the process as soon as the handler
// returns.
extern "C" void clean_up_and_die(int signal) {
  remove_temporaries();
  ::raise(signal);
}

sigset_t interrupt_set() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : interrupts) ::sigaddset(&set, signal);
  return set;
}

void end_cleanly_on(int signal) {
  struct sigaction action = {};
  action.sa_handler = clean_up_and_die;
  action.sa_flags = SA_RESETHAND | SA_ONSTACK;
  ::sigaction(signal, &action, nullptr);
}

auto handler_of(int signal) {
  struct sigaction action = {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

// Where handlers run when it is the main thread's own stack that came to its end. A sanitizer has one
// already.
void provide_another_stack() {
  alignas(64) static char memory[1 << 16];
  stack_t stack = {};
  if (::sigaltstack(nullptr, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
  stack = {};
  stack.ss_sp = memory;
  stack.ss_size = sizeof memory;
  ::sigaltstack(&stack, nullptr);
}

}  // namespace

void handle_signals() {
  provide_another_stack();
  for (const int signal : interrupts) {
    // Ignored: nohup, and jobs in the background of a script.
    if (handler_of(signal) != SIG_IGN) end_cleanly_on(signal);
  }
  for (const int signal : other_ends) end_cleanly_on(signal);
  for (const int signal : crashes) {
    if (handler_of(signal) == SIG_DFL) end_cleanly_on(signal);  // sanitizers tell what happened
  }
  ::signal(SIGXFSZ, SIG_IGN);
}

void occupy_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1) ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

HeldInterrupts::HeldInterrupts() {
  const sigset_t set = interrupt_set();
  ::sigprocmask(SIG_BLOCK, &set, &before_);
}

HeldInterrupts::~HeldInterrupts() {
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool HeldInterrupts::pending() {
  sigset_t waiting;
  ::sigpending(&waiting);
  for (const int signal : interrupts) {
    if (::sigismember(&waiting, signal)) return true;
  }
  return false;
}

}  // namespace nightjar
