// Where and when a measurement was made.
#pragma once

#include <string>

namespace nightjar {

// The processor's name as the system gives it, "unknown CPU" where it does not.
std::string cpu_name();

// Today as 2018-04-08, in UTC.
std::string today();

// "AMD EPYC, 2 threads, avx512, 2018-04-08"
std::string machine_line(int threads, const std::string& isa);

}  // namespace nightjar
