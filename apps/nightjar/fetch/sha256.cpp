// The digest of bytes in memory and of files.
#include "apps/nightjar/fetch/sha256.h"

#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }

  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

  std::string hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &size);
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; i++) text += {digits[digest[i] >> 4], digits[digest[i] & 15]};
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string sha256(std::string_view bytes) {
  Digest digest;
  digest.add(bytes);
  return digest.hex();
}

Result<std::string> sha256_of_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  std::vector<char> piece(1 << 20);
  Digest digest;
  for (std::size_t got = 1; file && got > 0;) {
    got = std::fread(piece.data(), 1, piece.size(), file.get());
    digest.add({piece.data(), got});
  }
  if (!file || std::ferror(file.get())) {
    return Error{Failure::cannot_read, place(path) + ": cannot be read: " + system_message(errno)};
  }
  return digest.hex();
}

}  // namespace nightjar
