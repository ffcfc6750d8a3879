// One thread of a block: a function with a stack of its own, run in turns.
#pragma once

#include <cstddef>
#include <memory>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace simt {

class Fiber {
 public:
  Fiber();
  // The next resume() starts body(argument) on a fresh stack, whatever was running before.
  void start(void (*body)(void*), void* argument);
  // Runs the fiber until it suspends or its body returns.
  void resume();
  // Called by the body: back to where resume() was called.
  void suspend();

 private:
  static constexpr std::size_t stack_bytes = 64 << 10;
  static void enter(Fiber* self);

  std::unique_ptr<std::byte[]> stack_;
  void (*body_)(void*) = nullptr;
  void* argument_ = nullptr;
#if defined(__x86_64__)
  void *own_ = nullptr, *caller_ = nullptr;  // stack pointers
#else
  ucontext_t own_{}, caller_{};
#endif
};

}  // namespace simt
