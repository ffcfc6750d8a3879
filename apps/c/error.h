// From Results and exceptions to a status and a text: what every function of the interface ends with.
#pragma once

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <new>
#include <string>

#include "apps/c/nightjar_c.h"
#include "parsers/result.h"

struct nightjar_error {
  nightjar_status status;
  std::string message;
  std::string file = {};  // empty: about no file
  std::int64_t line = 0;
};

namespace nightjar::c {

// The names that the caller gave to files of this call; null ones count for nothing.
using FileNames = std::initializer_list<const char*>;

// An error as the interface hands it out, which knows the file and line that its message begins with.
nightjar_error* new_error(const Error& error, FileNames files);

nightjar_status fail(const Error& error, FileNames files, nightjar_error** out) noexcept;
// Of what nobody returned as an Error.
nightjar_status out_of_memory(nightjar_error** out) noexcept;
nightjar_status unforeseen(const char* what, nightjar_error** out) noexcept;

// Does the work of a function, which returns a Result<void>. No exception leaves it.
template <class Work>
nightjar_status guarded(nightjar_error** error, FileNames files, Work work) noexcept {
  try {
    const Result<void> done = work();
    return done ? NIGHTJAR_OK : fail(done.error(), files, error);
  } catch (const std::bad_alloc&) {
    return out_of_memory(error);
  } catch (const std::exception& exception) {
    return unforeseen(exception.what(), error);
  } catch (...) {
    return unforeseen("an exception", error);
  }
}

// Of what takes no files.
template <class Work>
nightjar_status guarded(nightjar_error** error, Work work) noexcept {
  return guarded(error, {}, work);
}

// The same for a function that makes something: work() returns a Result of a std::unique_ptr, which becomes
// the caller's. `*made` is null where that fails.
template <class Made, class Work>
nightjar_status making(Made** made, nightjar_error** error, FileNames files, Work work) noexcept {
  if (made) *made = nullptr;
  return guarded(error, files, [&]() -> Result<void> {
    if (!made) return Error{Failure::usage, "nowhere to write the result; a pointer to one is needed"};
    auto result = work();
    if (!result) return result.error();
    *made = result->release();
    return {};
  });
}

}  // namespace nightjar::c
