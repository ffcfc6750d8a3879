// SHA-256 (FIPS 180-4), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "parsers/result.h"

namespace nightjar {

// 64 hexadecimal digits in lower case.
std::string sha256(std::string_view bytes);
Result<std::string> sha256_of_file(const std::string& path);

}  // namespace nightjar
