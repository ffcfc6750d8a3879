// The picture that a Darknet command line names, or else those whose paths come from standard input.
#pragma once

#include <unistd.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/nightjar/picture_job.h"
#include "apps/nightjar/prompt.h"
#include "apps/nightjar/report.h"

namespace nightjar {

// Pixels as Darknet has them.
inline constexpr ImageOptions darknet_decoding{.decoder = Decoder::stb, .upright = false};

// Runs a job on them; `inputs` are files that no output may overwrite. `silent`: ask for nothing, standard
// output belongs to a document. Returns the exit code.
template <class TaskOptions>
int run_asked(PictureJob<TaskOptions> job, std::optional<std::string> picture,
              const std::vector<std::string>& inputs, bool silent, Outputs& outputs,
              int (*run)(const PictureJob<TaskOptions>&, Outputs&)) {
  const auto check = [&](const std::string& path) { return outputs.refuse_overwriting({path}, inputs); };
  const auto fine = picture ? check(*picture) : outputs.refuse_overwriting({}, inputs);
  if (!fine) return fail(fine.error());
  if (picture) {
    job.total = 1;
    job.next = [&] { return std::exchange(picture, std::nullopt); };
    return run(job, outputs);
  }
  Prompt prompt(check, silent);
  job.next = [&] { return prompt.next(); };
  job.answered = [&] { return prompt.answered(); };
  job.progress = !::isatty(STDOUT_FILENO);
  if (auto asked = prompt.ask(); !asked) return fail(asked.error());
  const int status = run(job, outputs);
  return status != 0 ? status : prompt.status();
}

}  // namespace nightjar
