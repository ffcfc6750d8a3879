// One transfer, resumed where the server can.
#include "apps/nightjar/fetch/download.h"

#include <curl/curl.h>

#include <memory>
#include <new>
#include <optional>

#include "apps/nightjar/report.h"
#include "engine/nightjar.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::int64_t bytes_a_step = 1'000'000;  // of the progress bar

struct Transfer {
  PartialFile& file;
  std::int64_t received, size;
  Progress progress;
  std::optional<Error> error = std::nullopt;  // of ours, as opposed to curl's
};

// libcurl's write callback: anything but `count` ends the transfer.
std::size_t receive(char* bytes, std::size_t, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  transfer.received += static_cast<std::int64_t>(count);
  if (transfer.received > transfer.size) {
    transfer.error =
        Error{Failure::malformed, "more than the expected " + std::to_string(transfer.size) + " bytes"};
    return 0;
  }
  if (auto done = transfer.file.append({bytes, count}); !done) {
    transfer.error = done.error();
    return 0;
  }
  transfer.progress.reach(transfer.received / bytes_a_step);
  return count;
}

// A server that drips, or bursts now and then, would keep us from the sources after it.
void set_limits(CURL* curl, const Transfer& transfer, Patience patience) {
  constexpr long least_bytes_per_second = 1 << 10;
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, long{patience.stall_seconds});
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, least_bytes_per_second);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, long{patience.stall_seconds});
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, whole_transfer(transfer.size - transfer.received, patience));
}

// What came of a transfer: libcurl's code, its words for it, and the server's answer.
struct Outcome {
  CURLcode code;
  std::string words;
  long status = 0;  // of HTTP
};

// From the end of the file on; `transfer` holds errors of our own.
Outcome perform(const std::string& address, Transfer& transfer, Patience patience) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) throw std::bad_alloc();
  const std::string agent = std::string("nightjar/") + version();
  char words[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 10L);
  set_limits(curl.get(), transfer, patience);
  curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.received));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  Outcome outcome{code, *words ? words : curl_easy_strerror(code)};
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &outcome.status);
  return outcome;
}

bool refuses_to_resume(const Outcome& outcome) {
  constexpr long range_not_satisfiable = 416;
  return outcome.code == CURLE_RANGE_ERROR || outcome.code == CURLE_BAD_DOWNLOAD_RESUME ||
         (outcome.code == CURLE_HTTP_RETURNED_ERROR && outcome.status == range_not_satisfiable);
}

}  // namespace

long whole_transfer(std::int64_t bytes, Patience patience) {
  constexpr std::int64_t least_bytes_per_second = 16 << 10;
  return 2 * patience.stall_seconds + static_cast<long>(bytes / least_bytes_per_second);
}

Result<void> download(const std::string& address, PartialFile& file, std::int64_t size, Patience patience) {
  if (file.size() == size) return {};
  if (file.size() > size) {
    if (auto done = file.clear(); !done) return done;
  }
  for (;;) {
    Transfer transfer{file, file.size(), size, Progress(printable(address), "MB", true, size / bytes_a_step)};
    const bool resumed = transfer.received > 0;
    const Outcome outcome = perform(address, transfer, patience);
    if (transfer.error && transfer.error->kind == Failure::cannot_write) return *transfer.error;
    if (transfer.error) return Error{transfer.error->kind, place(address) + ": " + transfer.error->message};
    if (outcome.code == CURLE_OK) return {};
    if (!resumed || !refuses_to_resume(outcome))
      return Error{Failure::cannot_read, place(address) + ": " + outcome.words};
    if (auto done = file.clear(); !done) return done;
  }
}

}  // namespace nightjar
