#include "apps/c/error.h"

#include <charconv>
#include <memory>
#include <string_view>

#include "parsers/message.h"

namespace nightjar::c {
namespace {

// "file:12: ..." -> 12; 0 where no number stands there.
std::int64_t line_after(std::string_view rest) {
  std::int64_t line = 0;
  const auto [end, failed] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), line);
  const bool is_line = failed == std::errc() && end != rest.data() + rest.size() && *end == ':';
  return is_line ? line : 0;
}

// Of names of which one begins another, the longer one is meant.
void find_place(nightjar_error& error, FileNames files) {
  for (const char* file : files) {
    if (!file) continue;
    const std::string_view message = error.message;
    for (const std::string& spelled : {place(file), std::string(file)}) {
      if (!message.starts_with(spelled + ":") || std::string_view(file).size() <= error.file.size()) continue;
      error.file = file;
      error.line = line_after(message.substr(spelled.size()));
    }
  }
}

nightjar_status hand_out(nightjar_status status, const Error& error, FileNames files,
                         nightjar_error** out) noexcept {
  if (!out) return status;
  *out = nullptr;
  try {
    *out = new_error(error, files);
    (*out)->status = status;
  } catch (const std::exception&) {
    // No memory for a text either.
  }
  return status;
}

}  // namespace

nightjar_error* new_error(const Error& error, FileNames files) {
  auto made = std::make_unique<nightjar_error>(
      nightjar_error{static_cast<nightjar_status>(error.kind), error.message});
  find_place(*made, files);
  return made.release();
}

nightjar_status fail(const Error& error, FileNames files, nightjar_error** out) noexcept {
  return hand_out(static_cast<nightjar_status>(error.kind), error, files, out);
}

nightjar_status out_of_memory(nightjar_error** out) noexcept {
  if (out) *out = nullptr;
  return NIGHTJAR_TOO_LARGE;
}

nightjar_status unforeseen(const char* what, nightjar_error** out) noexcept {
  if (out) *out = nullptr;
  try {
    return hand_out(NIGHTJAR_INTERNAL, {Failure::usage, std::string("unforeseen: ") + what}, {}, out);
  } catch (const std::exception&) {
    return NIGHTJAR_INTERNAL;
  }
}

}  // namespace nightjar::c

nightjar_status nightjar_error_status(const nightjar_error* error) {
  return error ? error->status : NIGHTJAR_TOO_LARGE;
}
const char* nightjar_error_message(const nightjar_error* error) {
  return error ? error->message.c_str() : "out of memory";
}
const char* nightjar_error_file(const nightjar_error* error) {
  return error && !error->file.empty() ? error->file.c_str() : nullptr;
}
int64_t nightjar_error_line(const nightjar_error* error) {
  return error ? error->line : 0;
}
void nightjar_error_free(nightjar_error* error) {
  delete error;
}
