// One transfer, resumed where the server can.
#include "apps/nightjar/fetch/download.h"

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "apps/nightjar/report.h"
#include "engine/nightjar.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

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
  transfer.progress.reach(transfer.received);
  return count;
}

// What libcurl makes of the address, from the end of the file on; `transfer` holds errors of our own.
CURLcode perform(const std::string& address, Transfer& transfer) {
  constexpr long connect_seconds = 20, stalled_seconds = 60;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return CURLE_FAILED_INIT;
  const std::string agent = std::string("nightjar/") + version();
  curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, stalled_seconds);
  curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.received));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  return curl_easy_perform(curl.get());
}

bool refuses_to_resume(CURLcode code) {
  return code == CURLE_RANGE_ERROR || code == CURLE_HTTP_RETURNED_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME;
}

}  // namespace

Result<void> download(const std::string& address, PartialFile& file, std::int64_t size) {
  if (file.size() == size) return {};
  if (file.size() > size) {
    if (auto done = file.clear(); !done) return done;
  }
  for (;;) {
    Transfer transfer{file, file.size(), size, Progress(address, size)};
    const bool resumed = transfer.received > 0;
    const CURLcode code = perform(address, transfer);
    if (transfer.error && transfer.error->kind == Failure::cannot_write) return *transfer.error;
    if (transfer.error) return Error{transfer.error->kind, place(address) + ": " + transfer.error->message};
    if (code == CURLE_OK) return {};
    if (!resumed || !refuses_to_resume(code)) {
      return Error{Failure::cannot_read, place(address) + ": " + curl_easy_strerror(code)};
    }
    if (auto done = file.clear(); !done) return done;
  }
}

}  // namespace nightjar
