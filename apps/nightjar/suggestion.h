// What was probably meant by a word that is not known: a command, an action, a flag, a network's name.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nightjar {

// "; did you mean 'detect'?" for the nearest of `known`; nothing where none is near. Near are words that one
// mistake in three letters turns into each other: a letter too many, too few or another one, or two that
// changed places. `front` stands before the word that is named: "--".
std::string suggestion(std::string_view word, std::span<const std::string_view> known,
                       std::string_view front = {});

}  // namespace nightjar
