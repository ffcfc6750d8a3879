// What the actions of Darknet's `classifier` share: a network, what its .data file says, the words for its
// classes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/nightjar/darknet/files.h"

namespace nightjar {

struct Classifier {
  LoadedModel loaded;
  DataSet data;
  std::string words_file;
  std::vector<std::string> words;  // one a class

  const Model& model() const { return loaded.model; }
  int classes() const { return static_cast<int>(model().output().size()); }
};

// `keys`: those of the .data file that may lead to the words, of which the first counts that is there.
// Errors: those of loading; malformed, where the network is no classifier or the .data file names no words.
Result<Classifier> load_classifier(const DarknetFiles& files, const DarknetFlags& flags,
                                   std::initializer_list<std::string_view> keys);

// How many of the most probable classes are wanted: -t, else top= of the .data file `file`, else 1, or 5
// without such a file; no more than there are.
Result<int> top_of(const Classifier& classifier, const DarknetFlags& flags, const std::string& file);

}  // namespace nightjar
