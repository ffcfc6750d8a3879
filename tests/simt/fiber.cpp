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

namespace simt {
namespace {
thread_local Fiber* starting = nullptr;
}

Fiber::Fiber() : stack_(new std::byte[stack_bytes]) {}

void Fiber::enter(Fiber* self) {
  self->body_(self->argument_);
  self->suspend();  // for good
}

#if defined(__x86_64__)

void Fiber::start(void (*body)(void*), void* argument) {
  body_ = body;
  argument_ = argument;
  auto top = reinterpret_cast<std::uintptr_t>(stack_.get() + stack_bytes) & ~std::uintptr_t{15};
  auto* frame =
      reinterpret_cast<std::uintptr_t*>(top) - 8;  // six registers, the address to return to, its caller's
  for (int i = 0; i < 6; ++i) frame[i] = 0;
  frame[6] = reinterpret_cast<std::uintptr_t>(+[] { enter(starting); });
  frame[7] = 0;
  own_ = frame;
}

void Fiber::resume() {
  starting = this;
  nightjar_simt_switch(&caller_, own_);
}

void Fiber::suspend() {
  nightjar_simt_switch(&own_, caller_);
}

#else

void Fiber::start(void (*body)(void*), void* argument) {
  body_ = body;
  argument_ = argument;
  getcontext(&own_);
  own_.uc_stack.ss_sp = stack_.get();
  own_.uc_stack.ss_size = stack_bytes;
  own_.uc_link = nullptr;
  makecontext(
      &own_, +[] { enter(starting); }, 0);
}

void Fiber::resume() {
  starting = this;
  swapcontext(&caller_, &own_);
}

void Fiber::suspend() {
  swapcontext(&own_, &caller_);
}

#endif

}  // namespace simt
