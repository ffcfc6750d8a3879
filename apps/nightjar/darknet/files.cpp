#include "apps/nightjar/darknet/files.h"

#include "apps/nightjar/report.h"

namespace nightjar {
Result<DarknetFiles> darknet_files(const DarknetFlags& flags, bool takes_picture) {
  const Arguments& given = flags.positionals;
  constexpr std::size_t needed = 3;
  if (given.size() < needed) return Error{Failure::usage, "too few files; usage: " + flags.usage};
  DarknetFiles files{given[0], given[1], given[2], {}};
  std::size_t taken = needed;
  if (takes_picture && given.size() > needed) files.picture = given[taken++];
  for (; taken < given.size(); taken++) warn("'" + given[taken] + "' is one file too many, and ignored");
  return files;
}

Result<DataSet> read_data(const std::string& file, int classes) {
  if (file.empty()) return DataSet();
  auto data = DataSet::read(file);
  if (!data) return data;
  if (auto fine = data->check_classes(classes); !fine) return fine.error();
  return data;
}

ModelArguments darknet_model(const DarknetFiles& files, const DarknetFlags& flags) {
  ModelArguments network;
  network.cfg = files.cfg;
  network.weights = files.weights;
  network.tree = flags.tree;
  network.data = flags.data;
  network.threads = flags.threads;
  follow(flags.fork(), network);
  return network;
}

}  // namespace nightjar
