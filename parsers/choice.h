// Values of a key that are names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/cfg.h"
#include "parsers/message.h"

namespace nightjar {

// What `choices` have for the key's name, or for `fallback` where the key is absent. Refuses a name that is
// none of them, and goes on with the first.
template <class Kind, std::size_t count>
Kind read_choice(CfgOptions& options, const char* key, const char* fallback,
                 const std::pair<std::string_view, Kind> (&choices)[count]) {
  const std::string found = options.text(key, fallback);
  std::string names;
  for (const auto& [name, kind] : choices) {
    if (found == name) return kind;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  options.refuse(key, std::string(key) + "=" + printable(found) + " is unknown; known are " + names);
  return choices[0].second;
}

}  // namespace nightjar
