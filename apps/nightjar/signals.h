// Signals: what they must leave clean, and code that must not be cut in two by them.
#pragma once

#include <signal.h>

namespace nightjar {

// From here on a signal that ends the process, a crash of ours too, removes temporary files first, and the
// process still dies of that signal. A file size limit becomes a failing write (exit 6) instead of a signal.
void handle_signals();

// Opens what the parent closed of descriptors 0, 1 and 2, the wrong way round, so that no file of ours lands
// there and reading or writing them still fails.
void occupy_standard_descriptors();

// Holds back interrupts as long as it lives, for code with more to clean up than a handler could; such code
// asks pending() and comes to its end. The signal takes its course when the object goes.
class HeldInterrupts {
 public:
  HeldInterrupts();
  HeldInterrupts(const HeldInterrupts&) = delete;
  HeldInterrupts& operator=(const HeldInterrupts&) = delete;
  ~HeldInterrupts();
  static bool pending();

 private:
  sigset_t before_;
};

}  // namespace nightjar
