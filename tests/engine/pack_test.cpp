// Packing on several threads when memory ends on one of them (engine/plan/pack.h).
#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "engine/nightjar.h"
#include "tests/catch.h"
#include "tests/source_dir.h"

namespace {

const std::thread::id main_thread = std::this_thread::get_id();
std::atomic<bool> only_main_has_memory{false};

}  // namespace

void* operator new(std::size_t size) {
  const bool denied = only_main_has_memory && std::this_thread::get_id() != main_thread;
  void* const block = denied ? nullptr : std::malloc(size > 0 ? size : 1);
  if (!block) throw std::bad_alloc();
  return block;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size > 0 ? size : 1);
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}

using namespace nightjar;

TEST_CASE("Memory that a packing thread lacks is told to who loads the model") {
  ModelOptions options;
  options.synthesise = 1;
  options.threads = 4;
  options.isa = "portable";
  const auto load = [&] { return Model::load((source_dir() / "cfg/yolov3-tiny.cfg").string(), "", options); };
  only_main_has_memory = true;
  bool thrown = false;
  // The main thread may have packed all before another one wakes up.
  for (int tries = 0; tries < 50 && !thrown; tries++) {
    try {
      static_cast<void>(load());
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
  }
  only_main_has_memory = false;
  CHECK(thrown);
  CHECK(load());
}
