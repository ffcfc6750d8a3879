// nightjar export: a network as an ONNX file.
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "engine/export/exporter.h"
#include "engine/host/output_file.h"

namespace nightjar {
namespace {

struct ExportArguments {
  ModelArguments network;
  std::string out, names, batch = "1";
  bool decode = false;
};

Result<void> write_message(const ProtobufMessage& message, const std::string& path) {
  auto file = OutputFile::open(path);
  if (!file) return file.error();
  constexpr std::int64_t megabyte = 1'000'000;
  Progress progress("exporting", "MB", true, message.size() / megabyte + 1);
  std::int64_t written = 0;
  const auto done = message.write([&](std::string_view bytes) -> Result<void> {
    written += static_cast<std::int64_t>(bytes.size());
    progress.reach(written / megabyte);
    return file->write(bytes);
  });
  return done ? file->commit() : done;
}

Result<void> run(const ExportArguments& arguments) {
  const auto named = find_model(arguments.network);
  if (!named) return named.error();
  std::vector<std::string> inputs = named->files();
  inputs.push_back(arguments.names);
  if (auto fine = refuse_overwriting({arguments.out}, inputs); !fine) return fine;
  const auto exporter = Exporter::open(named->cfg, named->weights, named->options);
  if (!exporter) return with_fetch_hint(exporter.error(), *named);
  warn(exporter->warnings());
  auto names = load_names(arguments.names.empty() ? named->names : arguments.names, exporter->classes());
  if (!names) return names.error();
  const int batch = arguments.batch == "dynamic" ? 0 : *parse_count(arguments.batch, 1, max_batch);
  const auto message = exporter->onnx({arguments.decode, batch, std::move(*names)});
  if (!message) return message.error();
  return write_message(*message, arguments.out);
}

constexpr const char* footer =
    "The file has a network's layers by their names, its weights, and in its metadata the class names, "
    "anchors\n"
    "and input that a decoder needs. Outputs are the values of the detection heads, as 'nightjar dump' "
    "writes "
    "them,\n"
    "or with --decode boxes (centre x, y, width, height relative to the input) and scores, a row each.\n"
    "Recurrent networks have no such file.\n\n"
    "Examples:\n"
    "  nightjar export yolov3-tiny.cfg yolov3-tiny.weights -o yolov3-tiny.onnx\n"
    "  nightjar export --model yolov3-tiny --decode --batch dynamic -o yolov3-tiny.onnx";

}  // namespace

int export_network(const Arguments& arguments) {
  ExportArguments parsed;
  Options options("Write a network as an ONNX file.", "nightjar export");
  options.footer(footer);
  ModelArguments& network = parsed.network;
  options.add_option("--cfg,CFG", network.cfg, "The network: a Darknet .cfg file");
  options.add_option("--weights,WEIGHTS", network.weights, "Its trained .weights file");
  options.add_option("--model", network.model, "In place of both: a network of the catalog by its name");
  options.add_option("-o,--out", parsed.out, "The ONNX file; - is standard output").required();
  options.add_flag("--decode", parsed.decode, "Boxes and scores as outputs in place of the heads' values");
  options.add_option("--batch", parsed.batch,
                     "Images that it takes; dynamic: as many as it is given; default 1",
                     count_or(1, max_batch, "dynamic"));
  options.add_option("--names", parsed.names,
                     "Class names for the metadata, one a line; 80 classes have COCO's");
  network.add_size_to(options);
  network.add_classes_to(options);
  options.add_flag("--synth", network.synth,
                   "Made-up weights in place of WEIGHTS, the same as in dump --synth");
  if (const auto end = options.parse(arguments)) return *end;
  const auto done = run(parsed);
  return done ? 0 : fail(done.error());
}

}  // namespace nightjar
