// Errors as values: what every parser, and every engine call that meets a user's file, returns.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace nightjar {

// Why something was refused. The numbers are the process exit codes of the command line.
enum class Failure {
  usage = 2,         // the request itself makes no sense
  cannot_read = 3,   // a file is missing, not a regular file, or unreadable
  malformed = 4,     // a file was read, and what it says is wrong
  too_large = 5,     // needs more memory, or is larger, than allowed
  cannot_write = 6,  // an output could not be written whole
  device = 7,        // the device asked for is not there or failed
  diverged = 8,      // a training left the finite numbers
};

// One line for a person: "<file>[:<line>]: <what was found>; <what would be right>".
struct Error {
  Failure kind;
  std::string message;
};

// Either a T or the Error that kept us from it. Test it, then dereference it.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return assert(*this), std::get<0>(state_); }
  const T& operator*() const { return assert(*this), std::get<0>(state_); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  const Error& error() const { return assert(!*this), std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  explicit operator bool() const { return !failed_; }
  const Error& error() const { return assert(failed_), error_; }

 private:
  Error error_{};
  bool failed_ = false;
};

}  // namespace nightjar
