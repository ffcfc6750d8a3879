// Where and when a measurement was made.
#pragma once

#include <string>

namespace nightjar {

// The processor's name as the system gives it, "unknown CPU" where it does not.
std::string cpu_name();

// Today as 2018-04-08, in UTC.
std::string today();

// What worked: Model::device(), and on a CPU how many threads.
struct Machine {
  std::string device = "cpu", isa;
  int threads = 0;

  bool is_cpu() const { return device == "cpu"; }
};

// "AMD EPYC, 2 threads, avx512, 2018-04-08"; "cuda:0 (NVIDIA H200), sm_90 fp16, 2018-04-08"
std::string machine_line(const Machine& machine);

}  // namespace nightjar
