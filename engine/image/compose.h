// A letter and its accent as one character, for which fonts have a glyph drawn by hand.
#pragma once

namespace nightjar {

// The character that `letter` with the combining `mark` is, in the Latin, Greek and Cyrillic scripts; 0 where
// Unicode has none.
char32_t composed(char32_t letter, char32_t mark);

// The letter that such a character is without its last accent; 0 for any other.
char32_t without_accent(char32_t character);

}  // namespace nightjar
