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
#if defined(__x86_64__)
  using Context = void*;  // the stack pointer
#else
  using Context = ucontext_t;
#endif
  // A stack as AddressSanitizer and ThreadSanitizer know it.
  struct Watched {
    const void* bottom = nullptr;
    std::size_t bytes = 0;
    void* fake_stack = nullptr;
    void* fiber = nullptr;
  };
  struct DestroyFiber {
    void operator()(void* fiber) const;
  };

  // No power of two: all stacks of a block would share a few lines of the caches.
  static constexpr std::size_t stack_bytes = (64 << 10) + 11 * 64;
  static constexpr int bodies_a_watched_fiber = 10000;
  static void enter();
  static void leave(Watched& from, const Watched& to, bool for_good = false);
  static void arrive(const Watched& at, Watched* from);
  static void switch_context(Context& from, Context& to);
  void watch_fresh_stack();

  std::unique_ptr<std::byte[]> stack_;
  void (*body_)(void*) = nullptr;
  void* argument_ = nullptr;
  Context own_{}, caller_{};
  Watched watched_own_, watched_caller_;
  std::unique_ptr<void, DestroyFiber> watched_fiber_;
  int watched_bodies_ = 0;  // that ran on it
  bool ended_ = false;      // the last of them
};

}  // namespace simt
