// nightjar fetch: trained weights of well-known networks, into the folder where --model finds them.
#include <cstdio>
#include <filesystem>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/catalog.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/report.h"
#include "parsers/message.h"
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
    text += line + printable(entry.description, std::string_view::npos) + '\n';
  }
  return text;
}

// Where the file is already, or else will be.
std::string usual_folder(const CatalogEntry& entry) {
  const auto found = find_data("weights/" + entry.weights());
  return found ? std::filesystem::path(*found).parent_path().string() : weights_folder();
}

#ifdef NIGHTJAR_FETCH
int run(const CatalogEntry& entry, const std::string& asked_folder, Patience patience) {
  const std::string folder = asked_folder.empty() ? usual_folder(entry) : asked_folder;
  if (asked_folder.empty() && folder == weights_folder()) {
    if (auto made = make_weights_folder(); !made)
      return fail({made.error().kind, made.error().message + "; --to FOLDER names another place"});
  }
  const auto fetched = fetch_weights(entry, folder, patience);
  const std::string path = folder + "/" + entry.weights();
  if (fetched)
    return print(place(path) + (*fetched == Fetched::now ? ": fetched, " : ": there already, ") +
                 "verified\n");
  const Error& error = fetched.error();
  std::error_code ignored;
  if (error.kind == Failure::cannot_write || std::filesystem::exists(path, ignored)) return fail(error);
  return fail({error.kind, entry.name + ": " + error.message + "; " + by_hand(entry, folder)});
}
#else
struct Patience {
  int stall_seconds = 0;
};

int run(const CatalogEntry& entry, const std::string& folder, Patience) {
  return fail({Failure::cannot_read, entry.name + ": this nightjar was built without libcurl; " +
                                         by_hand(entry, folder.empty() ? usual_folder(entry) : folder)});
}
#endif

}  // namespace

int fetch(const Arguments& arguments) {
  std::string name, folder, catalog_file;
  bool listing = false;
  Patience patience;
  Options options(
      "Download the trained weights of a well-known network, check their size and SHA-256, and keep them.",
      "nightjar fetch");
  options.footer(
      "Without --to the file goes to $NIGHTJAR_HOME/weights where that is set; else to the weights folder "
      "that "
      "came\nwith the program where you may write there; else to ~/.local/share/nightjar/weights "
      "($XDG_DATA_HOME in place of\n~/.local/share). --model finds it in any of these. An interrupted "
      "download "
      "goes on where it stopped. Nothing is\nfetched twice.\n\n"
      "Examples:\n  nightjar fetch --list\n  nightjar fetch yolov3-tiny\n  nightjar fetch yolov4 --to "
      "~/models");
  options.add_option("NAME", name, "The network's name in the catalog");
  options.add_option("--to", folder, "Folder for the file; here and now the default is " + weights_folder());
  options.add_option("--catalog", catalog_file, "Another catalog.json");
  options.add_option("--stall", patience.stall_seconds,
                     "Seconds with less than 1 KiB each after which the next source is tried; default 30",
                     count(1, 3600));
  options.add_flag("--list", listing, "List the networks that there are");
  if (const auto end = options.parse(arguments)) return *end;
  if (name.empty() && !listing)
    return fail({Failure::usage, "fetch what? Give a NAME of nightjar fetch --list"});
  const auto catalog = load_catalog(catalog_file);
  if (!catalog) return fail(catalog.error());
  if (listing) return print(list(*catalog));
  const auto entry = find_entry(*catalog, name);
  return entry ? run(*entry, folder, patience) : fail(entry.error());
}

}  // namespace nightjar
