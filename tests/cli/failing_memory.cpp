// Preloaded into the program by test_memory.py: runs it many times, each with another allocation failing. The
// process waits in front of main for requests on standard input, two 64-bit numbers: which allocation fails,
// counted from 1, 0 for none; and whether all after it do. For each it forks, and the child goes on into main
// with standard output and errors going to the files that FAULT_OUT and FAULT_ERRORS name. When it has ended,
// its wait status and the number of its allocations go to standard output. A fork costs a tenth of a start.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace {

struct Request {
  std::int64_t fail_at, and_all_after;
};
struct Answer {
  std::int64_t status, allocations;
};
using Main = int (*)(int, char**, char**);

Main real_main;
Request request;                         // of this child
std::atomic<std::int64_t>* allocations;  // so far; null before main. Shared with the parent

bool fails() {
  if (!allocations) return false;
  const std::int64_t at = ++*allocations;
  return request.fail_at > 0 && (at == request.fail_at || (request.and_all_after && at > request.fail_at));
}

void* none() {
  errno = ENOMEM;
  return nullptr;
}

void redirect(const char* path, int flags, int to) {
  const int fd = ::open(path, flags, 0600);
  if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(99);
  if (fd != to) ::close(fd);
}

int serve(int argc, char** argv, char** environment) {
  const char *out = std::getenv("FAULT_OUT"), *errors = std::getenv("FAULT_ERRORS");
  void* shared = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (!out || !errors || shared == MAP_FAILED) return 99;
  auto* count = static_cast<std::atomic<std::int64_t>*>(shared);
  while (::read(STDIN_FILENO, &request, sizeof request) == sizeof request) {
    *count = 0;
    const pid_t child = ::fork();
    if (child == 0) {
      redirect("/dev/null", O_RDONLY, STDIN_FILENO);
      redirect(out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
      redirect(errors, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
      allocations = count;
      return real_main(argc, argv, environment);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const Answer answer{status, *count};
    if (::write(STDOUT_FILENO, &answer, sizeof answer) != sizeof answer) break;
  }
  ::_exit(0);
}

}  // namespace

extern "C" {

void* malloc(size_t size) noexcept {
  return fails() ? none() : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
  return fails() ? none() : __libc_calloc(count, size);
}
void* realloc(void* block, size_t size) noexcept {
  return fails() ? none() : __libc_realloc(block, size);
}
void* memalign(size_t alignment, size_t size) noexcept {
  return fails() ? none() : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept {
  return fails() ? none() : __libc_memalign(alignment, size);
}
int posix_memalign(void** block, size_t alignment, size_t size) noexcept {
  void* const made = fails() ? nullptr : __libc_memalign(alignment, size);
  if (!made) return ENOMEM;
  *block = made;
  return 0;
}

// Anonymous memory only: the large blocks of engine/host/memory.h.
void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  static const auto real = reinterpret_cast<decltype(&mmap)>(::dlsym(RTLD_NEXT, "mmap"));
  if ((flags & MAP_ANONYMOUS) && fails()) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return real(at, size, protection, flags, fd, offset);
}

int __libc_start_main(Main main, int argc, char** argv, void (*init)(), void (*fini)(), void (*rtld_fini)(),
                      void* stack_end) {
  using Start = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
  const auto real = reinterpret_cast<Start>(::dlsym(RTLD_NEXT, "__libc_start_main"));
  real_main = main;
  return real(serve, argc, argv, init, fini, rtld_fini, stack_end);
}

}  // extern "C"
