// What names are drawn with. A value: cheap to copy, never changing, and any number of threads may draw with
// one at once.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "parsers/result.h"

namespace nightjar {

class Letters;

// Scripts whose letters stand side by side can be drawn (Latin, Greek, Cyrillic, Chinese, Japanese, Korean,
// ...), accents included. Those whose letters join or change places (Arabic, Devanagari, ...) are set letter
// by letter, from left to right. A character that no font at hand has is an empty frame.
class Typeface {
 public:
  // DejaVu Sans where this system has it in the usual place, looked for when it is first needed; else own().
  Typeface() = default;
  // nightjar's own letters, printable ASCII: they need no file.
  static Typeface own();
  // A TrueType or OpenType font (.ttf, .otf; of a .ttc the first). What it lacks comes from Typeface().
  // Errors: cannot_read, too_large, malformed.
  static Result<Typeface> load(const std::string& file);
  // The same from the bytes of a font; `file` is named in messages.
  static Result<Typeface> parse(std::string font, const std::string& file);

  const Letters& letters() const;  // what draws; no part of the public interface

 private:
  explicit Typeface(std::shared_ptr<const Letters> letters) : letters_(std::move(letters)) {}
  std::shared_ptr<const Letters> letters_;  // empty: the system's
};

}  // namespace nightjar
