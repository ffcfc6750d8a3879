// The emulated machine as tests set it up and look at it: how many GPUs there are, and what goes wrong.
#pragma once

namespace simt {

struct Machine {
  bool driver = true;
  int devices = 1;
  int sm = 90;                 // of all of them
  int failing_allocation = 0;  // counted from now on, 1 is the next; 0: none fails
  bool broken = false;         // every call fails, as after a kernel went wrong
};

// What holds from now on; not to be changed while other threads use a device.
void set_machine(const Machine& machine);

// Pieces of memory, of the device and pinned, streams and recordings that are there.
int live_objects();
// Allocations asked for since set_machine().
int allocations();

}  // namespace simt
