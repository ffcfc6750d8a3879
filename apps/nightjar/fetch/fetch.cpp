// nightjar fetch: trained weights of well-known networks, into the folder where --model finds them.
#include <cstdio>
#include <filesystem>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/catalog.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/report.h"
#ifdef NIGHTJAR_FETCH
#include "apps/nightjar/fetch/weights_fetcher.h"
#endif

namespace nightjar {
namespace {

// What a person does where this program cannot: the address, the place, the hash.
std::string by_hand(const CatalogEntry& entry, const std::string& folder) {
  std::string address = "it";
  for (const WeightsSource& source : entry.sources) {
    if (const auto* text = std::get_if<std::string>(&source)) {
      address = *text;
      break;
    }
  }
  return "download " + address + " to " + folder + "/" + entry.weights() + " (" + std::to_string(entry.size) +
         " bytes" + (entry.sha256.empty() ? "" : ", sha256 " + entry.sha256) + ")";
}

std::string list(const Catalog& catalog) {
  std::string text;
  for (const CatalogEntry& entry : catalog) {
    const bool here = find_data("weights/" + entry.weights()).has_value();
    char line[64];
    std::snprintf(line, sizeof line, "%-20s %7.1f MB  %s  ", entry.name.c_str(),
                  static_cast<double>(entry.size) / 1e6, here ? "here" : "    ");
    text += line + entry.description + '\n';
  }
  return text;
}

int run(const CatalogEntry& entry, const std::string& folder) {
#ifdef NIGHTJAR_FETCH
  const auto fetched = fetch_weights(entry, folder);
  const std::string path = folder + "/" + entry.weights();
  if (fetched)
    return print(path + (*fetched == Fetched::now ? ": fetched, " : ": there already, ") + "verified\n");
  const Error& error = fetched.error();
  if (error.kind != Failure::cannot_read) return fail(error);
  return fail({error.kind, entry.name + ": no source could be reached (" + error.message + "); " +
                               by_hand(entry, folder)});
#else
  return fail({Failure::cannot_read,
               entry.name + ": this nightjar was built without libcurl; " + by_hand(entry, folder)});
#endif
}

}  // namespace

int fetch(const Arguments& arguments) {
  std::string name, folder = weights_folder(), catalog_file;
  bool listing = false;
  CLI::App app(
      "Download the trained weights of a well-known network, check their size and SHA-256, and keep them.",
      "nightjar fetch");
  app.footer(
      "An interrupted download goes on where it stopped. Nothing is fetched twice.\n\n"
      "Examples:\n  nightjar fetch --list\n  nightjar fetch yolov3-tiny\n  nightjar fetch yolov4 --to "
      "~/models");
  app.add_option("NAME", name, "The network's name in the catalog");
  app.add_option("--to", folder,
                 "Folder for the file; default: the weights folder, $NIGHTJAR_HOME/weights if that is set");
  app.add_option("--catalog", catalog_file, "Another catalog.json");
  app.add_flag("--list", listing, "List the networks that there are");
  if (const auto end = parse(app, arguments)) return *end;
  if (name.empty() && !listing)
    return fail({Failure::usage, "fetch what? Give a NAME of nightjar fetch --list"});
  const auto catalog = load_catalog(catalog_file);
  if (!catalog) return fail(catalog.error());
  if (listing) return print(list(*catalog));
  const auto entry = find_entry(*catalog, name);
  return entry ? run(*entry, folder) : fail(entry.error());
}

}  // namespace nightjar
