// An output that appears whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

// Writes to a temporary file beside `path`, which commit() renames; until then what stood at `path` stays. A
// file that was never committed leaves nothing behind. Devices and FIFOs, and standard output ("-"), are
// written to directly. Open outputs before long work: what cannot be written is found there. All errors are
// cannot_write.
class OutputFile {
 public:
  static Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  Result<void> write(std::string_view bytes);
  // `flush`: onto the disk first, so that a power cut, too, leaves the whole file or the old one.
  Result<void> commit(bool flush = true);

 private:
  OutputFile(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}
  Error failure(int error) const;
  Result<void> make_temporary();
  void forget();  // the temporary is gone

  std::string name_;       // for messages
  std::string target_;     // what commit() replaces; empty where written to directly
  std::string temporary_;  // not empty: to be renamed or removed
  int slot_ = -1;          // where remove_temporaries() finds it
  int fd_;
};

// The whole of `bytes` as the file `path`: one of many, which are not waited for until the disk has each.
Result<void> write_file(const std::string& path, std::string_view bytes);

// Whether files can be made in `folder`, which may still be missing where its parent is there. Changes
// nothing.
Result<void> check_folder(const std::string& folder);
// Makes `folder` where it is missing; not its parents.
Result<void> make_folder(const std::string& folder);

// Removes the temporary files of all outputs that are open. Safe in a signal handler, which may die
// afterwards.
void remove_temporaries() noexcept;

}  // namespace nightjar
