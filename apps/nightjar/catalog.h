// weights/catalog.json: the networks known by name, and where their trained weights can be had.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "parsers/result.h"

namespace nightjar {

// A file inside a package's source archive on PyPI.
struct PypiSource {
  std::string requirement;  // "name==version"
  std::string archive_sha256;
  std::string member;  // path below the archive's own folder
};

using WeightsSource = std::variant<std::string, PypiSource>;  // an address, or a package

struct CatalogEntry {
  std::string name, description;
  std::string cfg, names;  // relative to a data folder
  std::int64_t size = 0;   // bytes of the weights file
  std::string sha256;      // empty where it is not known
  std::vector<WeightsSource> sources;

  std::string weights() const { return name + ".weights"; }
};

using Catalog = std::vector<CatalogEntry>;

// Reads `file`, or the catalog that comes with nightjar where it is empty.
Result<Catalog> load_catalog(const std::string& file = {});

// The entry of that name; a usage error that lists the names otherwise.
Result<CatalogEntry> find_entry(const Catalog& catalog, const std::string& name);

}  // namespace nightjar
