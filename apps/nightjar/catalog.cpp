// The catalog's JSON as values.
#include "apps/nightjar/catalog.h"

#include <nlohmann/json.hpp>

#include "apps/nightjar/files/data_folders.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

using nlohmann::json;

constexpr std::int64_t max_catalog_bytes = std::int64_t{1} << 20;

WeightsSource source_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return PypiSource{value.at("pypi"), value.at("archive_sha256"), value.at("member")};
}

CatalogEntry entry_of(const json& value) {
  CatalogEntry entry;
  entry.name = value.at("name");
  entry.description = value.value("description", "");
  entry.cfg = value.at("cfg");
  entry.names = value.at("names");
  entry.size = value.at("size");
  if (const json& hash = value.at("sha256"); !hash.is_null()) entry.sha256 = hash;
  for (const json& source : value.at("sources")) entry.sources.push_back(source_of(source));
  return entry;
}

}  // namespace

Result<Catalog> load_catalog(const std::string& file) {
  const std::string path =
      file.empty() ? find_data("weights/catalog.json").value_or("weights/catalog.json") : file;
  const auto bytes = read_file(path, max_catalog_bytes);
  if (!bytes) return bytes.error();
  try {
    const json document = json::parse(*bytes);
    Catalog catalog;
    for (const json& model : document.at("models")) catalog.push_back(entry_of(model));
    return catalog;
  } catch (const json::exception& error) {
    return malformed(path, std::string("no catalog of weights: ") + error.what());
  }
}

Result<CatalogEntry> find_entry(const Catalog& catalog, const std::string& name) {
  std::string known;
  for (const CatalogEntry& entry : catalog) {
    if (entry.name == name) return entry;
    known += (known.empty() ? "" : ", ") + entry.name;
  }
  return Error{Failure::usage, "no model '" + name + "' in the catalog; it has " + known};
}

}  // namespace nightjar
