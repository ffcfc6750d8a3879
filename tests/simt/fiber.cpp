#include "tests/simt/fiber.h"

#include <cstdint>

#if defined(__x86_64__)
// Saves the registers that calls preserve on the running stack, leaves its pointer in *from, and continues on
// `to`. A warp of an emulated matrix product switches some thousand times; swapcontext's system call would
// take a hundred times as long.
extern "C" void nightjar_simt_switch(void** from, void* to);
asm(R"(
.text
.type nightjar_simt_switch, @function
nightjar_simt_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size nightjar_simt_switch, .-nightjar_simt_switch
)");
#endif

// AddressSanitizer and ThreadSanitizer keep books of each stack, and must be told when a thread goes on on
// another. Weak: null in a program that is built without them.
extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** fake_stack, const void* bottom, std::size_t bytes);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* fake_stack, const void** bottom, std::size_t* bytes);
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* start, std::size_t bytes);
[[gnu::weak]] void* __tsan_get_current_fiber(void);
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}

namespace simt {
namespace {
thread_local Fiber* starting = nullptr;
}

Fiber::Fiber() : stack_(new std::byte[stack_bytes]) {}

[[gnu::always_inline]] inline void Fiber::switch_context(Context& from, Context& to) {
#if defined(__x86_64__)
  nightjar_simt_switch(&from, to);
#else
  swapcontext(&from, &to);
#endif
}

// Part of its callers, as ThreadSanitizer counts the calls on each stack.
[[gnu::always_inline]] inline void Fiber::leave(Watched& from, const Watched& to, bool for_good) {
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(for_good ? nullptr : &from.fake_stack, to.bottom, to.bytes);
  if (__tsan_switch_to_fiber) {
    from.fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(to.fiber, 0);
  }
}

void Fiber::enter() {
  Fiber* self = starting;
  arrive(self->watched_own_, &self->watched_caller_);
  self->body_(self->argument_);
  self->ended_ = true;
  leave(self->watched_own_, self->watched_caller_, true);
  switch_context(self->own_, self->caller_);
}

void Fiber::resume() {
  starting = this;
  leave(watched_caller_, watched_own_);
  switch_context(caller_, own_);
  arrive(watched_caller_, nullptr);
}

void Fiber::suspend() {
  leave(watched_own_, watched_caller_);
  switch_context(own_, caller_);
  arrive(watched_own_, &watched_caller_);
}

void Fiber::arrive(const Watched& at, Watched* from) {
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(at.fake_stack, from ? &from->bottom : nullptr,
                                    from ? &from->bytes : nullptr);
}

// Frames of a body that never ended must not stay in the books. Of one that did, ThreadSanitizer's list of 64
// Ki calls keeps enter(), which does not return; it takes long to make a list, so one serves many bodies.
void Fiber::watch_fresh_stack() {
  if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(stack_.get(), stack_bytes);
  if (__tsan_create_fiber && (!ended_ || ++watched_bodies_ > bodies_a_watched_fiber)) {
    watched_fiber_.reset(__tsan_create_fiber(0));
    watched_bodies_ = 1;
  }
  ended_ = false;
  watched_own_ = {stack_.get(), stack_bytes, nullptr, watched_fiber_.get()};
}

void Fiber::DestroyFiber::operator()(void* fiber) const {
  __tsan_destroy_fiber(fiber);
}

void Fiber::start(void (*body)(void*), void* argument) {
  body_ = body;
  argument_ = argument;
  watch_fresh_stack();
#if defined(__x86_64__)
  auto top = reinterpret_cast<std::uintptr_t>(stack_.get() + stack_bytes) & ~std::uintptr_t{15};
  auto* frame =
      reinterpret_cast<std::uintptr_t*>(top) - 8;  // six registers, the address to return to, its caller's
  for (int i = 0; i < 6; ++i) frame[i] = 0;
  frame[6] = reinterpret_cast<std::uintptr_t>(&enter);
  frame[7] = 0;
  own_ = frame;
#else
  getcontext(&own_);
  own_.uc_stack.ss_sp = stack_.get();
  own_.uc_stack.ss_size = stack_bytes;
  own_.uc_link = nullptr;
  makecontext(&own_, &enter, 0);
#endif
}

}  // namespace simt
