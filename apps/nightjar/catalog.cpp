// The catalog's JSON as values.
#include "apps/nightjar/catalog.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string_view>

#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/suggestion.h"
#include "engine/host/files.h"
#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {
namespace {

using nlohmann::json;

constexpr std::int64_t max_catalog_bytes = std::int64_t{1} << 20;
constexpr std::int64_t max_weights_bytes = std::int64_t{16} << 30;
constexpr int known_format = 1;

// What load_catalog() tells of a catalog that is JSON.
struct BadEntry {
  std::string what;
};

bool is_word(std::string_view text, std::string_view also) {
  const auto fits = [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && (std::isalnum(byte) || also.find(c) != also.npos);
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// A file's or a package's name: no path, and nothing that a program could take for an option.
bool is_name(std::string_view text) {
  return is_word(text, "._-") && text[0] != '.' && text[0] != '-';
}

// Names with slashes between: below the folder that it is relative to.
bool is_path_below(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  return std::all_of(parts.begin(), parts.end(), is_name);
}

bool is_hash(std::string_view text) {
  const bool digits = text.find_first_not_of("0123456789abcdef") == text.npos;
  return digits && text.size() == 64;
}

bool is_address(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://") || text.starts_with("file://");
}

// The text of a field, which must be what `is` says.
std::string checked(const json& value, const char* field, bool (*is)(std::string_view), const char* wanted) {
  std::string text = value.at(field);
  if (!is(text)) throw BadEntry{std::string(field) + " is " + in_quotes(text) + "; " + wanted + " is needed"};
  return text;
}

bool is_requirement(std::string_view text) {
  const std::size_t equals = text.find("==");
  return equals != text.npos && is_name(text.substr(0, equals)) && is_word(text.substr(equals + 2), "._-+!");
}

WeightsSource source_of(const json& value) {
  if (value.is_string()) {
    std::string address = value;
    if (!is_address(address))
      throw BadEntry{"a source is " + in_quotes(address) + "; an address of https, http or file is needed"};
    return address;
  }
  return PypiSource{checked(value, "pypi", is_requirement, "package==version"),
                    checked(value, "archive_sha256", is_hash, "a sha256 of 64 digits in lower case"),
                    checked(value, "member", is_path_below, "a path below the archive's folder")};
}

std::int64_t size_of(const json& value) {
  const json& size = value.at("size");
  const std::int64_t bytes = size.is_number_integer() ? size.get<std::int64_t>() : 0;
  if (bytes < 1 || bytes > max_weights_bytes) {
    throw BadEntry{"size is " + printable(size.dump()) + "; a whole number of bytes up to " +
                   std::to_string(max_weights_bytes) + " is needed"};
  }
  return bytes;
}

CatalogEntry entry_of(const json& value) {
  constexpr auto path = "a path below the data folder";
  CatalogEntry entry;
  entry.name =
      checked(value, "name", is_name, "letters, digits, dots, dashes and underscores: a file's name");
  entry.description = value.value("description", "");
  entry.cfg = checked(value, "cfg", is_path_below, path);
  entry.names = checked(value, "names", is_path_below, path);
  entry.size = size_of(value);
  if (!value.at("sha256").is_null())
    entry.sha256 = checked(value, "sha256", is_hash, "null, or 64 digits in lower case,");
  for (const json& source : value.at("sources")) entry.sources.push_back(source_of(source));
  return entry;
}

Catalog catalog_of(const json& document) {
  const json& format = document.at("format");
  if (format != known_format)
    throw BadEntry{"format is " + printable(format.dump()) + "; " + std::to_string(known_format) +
                   " is what this nightjar reads"};
  Catalog catalog;
  for (const json& model : document.at("models")) {
    try {
      catalog.push_back(entry_of(model));
    } catch (const BadEntry& bad) {
      throw BadEntry{"model " + std::to_string(catalog.size() + 1) + ": " + bad.what};
    }
  }
  return catalog;
}

}  // namespace

Result<Catalog> load_catalog(const std::string& file) {
  const std::string path =
      file.empty() ? find_data("weights/catalog.json").value_or("weights/catalog.json") : file;
  const auto bytes = read_file(path, max_catalog_bytes);
  if (!bytes) return bytes.error();
  try {
    return catalog_of(json::parse(*bytes));
  } catch (const BadEntry& bad) {
    return malformed(path, bad.what);
  } catch (const json::exception& error) {
    return malformed(path, std::string("no catalog of weights: ") + error.what());
  }
}

Result<CatalogEntry> find_entry(const Catalog& catalog, const std::string& name) {
  std::string list;
  std::vector<std::string_view> known;
  for (const CatalogEntry& entry : catalog) {
    if (entry.name == name) return entry;
    list += (list.empty() ? "" : ", ") + entry.name;
    known.push_back(entry.name);
  }
  return Error{Failure::usage,
               "no model '" + name + "' in the catalog; it has " + list + suggestion(name, known)};
}

}  // namespace nightjar
