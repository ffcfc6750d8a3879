// nightjar: picks the command.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>
#include <vector>

#include "apps/nightjar/command.h"
#include "apps/nightjar/report.h"
#include "apps/nightjar/signals.h"
#include "apps/nightjar/suggestion.h"
#include "engine/host/output_file.h"
#include "engine/nightjar.h"

namespace nightjar {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const Arguments&);
  std::string_view summary;
};

constexpr Command commands[] = {
    {"detect", detect, "find objects in pictures"},
    {"classify", classify, "say what pictures show, with a network for that"},
    {"train", train, "train a network on labelled pictures"},
    {"eval", eval, "measure how good a network is on labelled pictures: COCO's AP, a table by class, charts"},
    {"anchors", anchors, "find anchors for a network from the labels it will be trained on"},
    {"targets", targets, "show which predictions of a network learn what of a picture"},
    {"fetch", fetch, "download the trained weights of a well-known network, and check them"},
    {"layers", layers, "print a network's layer table"},
    {"explain", explain, "print how a network would run: the kernel of each step, what is fused, memory"},
    {"bench", bench, "measure how long a network takes"},
    {"dump", dump, "write the layers' outputs for one input as .npy files"},
    {"export", export_network, "write a network as an ONNX file"},
    {"weights", weights, "say what a weights file holds; cut it after some layers, or forget its training"},
    {"version", show_version, "print the version, and what this program was built with"},
    {"detector", detector,
     "Darknet's own command line: nightjar detector test (map, valid, ...) DATA CFG WEIGHTS [IMAGE]"},
    {"classifier", classifier,
     "the same for classifiers: nightjar classifier predict DATA CFG WEIGHTS [IMAGE]"},
    {"rnn", rnn, "the same for text: nightjar rnn generate CFG WEIGHTS"},
    {"partial", partial, "the same: nightjar partial CFG WEIGHTS OUT N"},
};

std::string help() {
  std::string text =
      "nightjar runs Darknet models from their original .cfg and .weights files.\n\n"
      "Usage: nightjar COMMAND [ARGUMENTS]; nightjar help COMMAND explains a command.\n\n";
  for (const Command& command : commands) {
    text += "  " + std::string(command.name) + std::string(12 - command.name.size(), ' ');
    text += std::string(command.summary) + '\n';
  }
  return text +
         "\nExamples:\n"
         "  nightjar fetch yolov3-tiny\n"
         "  nightjar detect --model yolov3-tiny dog.jpg\n"
         "  nightjar detect --cfg yolov3.cfg --weights yolov3.weights holiday/ --out boxes.json --draw seen\n"
         "  nightjar detector test cfg/coco.data yolov3.cfg yolov3.weights dog.jpg -thresh .25 "
         "-ext_output\n\n"
         "Results go to standard output, everything else to standard error. Exit codes: 0 done, 2 wrong "
         "usage,\n"
         "3 cannot read, 4 malformed file, 5 too large or out of memory, 6 cannot write, 7 device,\n"
         "8 a training that left the finite numbers.\n";
}

Result<const Command*> find_command(const std::string& name) {
  std::vector<std::string_view> known = {"help"};
  for (const Command& command : commands) {
    if (command.name == name) return &command;
    known.push_back(command.name);
  }
  return Error{Failure::usage,
               "'" + name + "' is no command; nightjar --help lists them" + suggestion(name, known)};
}

int run(const Arguments& arguments) {
  if (arguments.empty()) {
    return fail({Failure::usage,
                 "no command; usage: nightjar COMMAND [ARGUMENTS], and nightjar --help lists the commands"});
  }
  const bool help_wanted = arguments[0] == "help";
  const bool about_a_command = help_wanted && arguments.size() > 1 && arguments[1] != "help";
  const std::string& name = arguments[about_a_command ? 1 : 0];
  if (name == "--help" || name == "-h" || name == "help") return print(help());
  if (name == "--version") return print("nightjar " + std::string(version()) + '\n');
  const auto command = find_command(name);
  if (!command) return fail(command.error());
  if (about_a_command) return (*command)->run({"--help"});
  return (*command)->run(Arguments(arguments.begin() + 1, arguments.end()));
}

std::terminate_handler usual_end;

// The end of a bad_alloc that no catch is reached by: thrown in a destructor (nlohmann's JSON allocates in
// its own), or in a thread.
[[noreturn]] void end() {
  remove_temporaries();
  try {
    if (std::current_exception()) throw;
  } catch (const std::bad_alloc&) {
    ::_exit(fail_for_memory());
  } catch (...) {
  }
  usual_end();
  std::abort();
}

}  // namespace
}  // namespace nightjar

int main(int argc, char** argv) {
#ifdef M_TRIM_THRESHOLD
  // What one picture gave back the next one needs: glibc would fetch it from the system again, page by page.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
  nightjar::occupy_standard_descriptors();
  nightjar::handle_signals();
  nightjar::usual_end = std::set_terminate(nightjar::end);
  try {
    return nightjar::run(nightjar::Arguments(argv + std::min(argc, 1), argv + argc));
  } catch (const std::bad_alloc&) {
    return nightjar::fail_for_memory();
  }
}
