// The commands: each takes its arguments without its own name, says what went wrong, and returns the exit
// code.
#pragma once

#include <string>
#include <vector>

namespace nightjar {

using Arguments = std::vector<std::string>;

int anchors(const Arguments& arguments);
int bench(const Arguments& arguments);
int classifier(const Arguments& arguments);
int classify(const Arguments& arguments);
int detect(const Arguments& arguments);
int detector(const Arguments& arguments);
int dump(const Arguments& arguments);
int eval(const Arguments& arguments);
int explain(const Arguments& arguments);
int export_network(const Arguments& arguments);
int fetch(const Arguments& arguments);
int layers(const Arguments& arguments);
int partial(const Arguments& arguments);
int rnn(const Arguments& arguments);
int train(const Arguments& arguments);
int show_version(const Arguments& arguments);
int targets(const Arguments& arguments);
int weights(const Arguments& arguments);

}  // namespace nightjar
