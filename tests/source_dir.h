// Where the sources lie, for tests that read files of the tree.
#pragma once

#include <cstdlib>
#include <filesystem>

// Where they were compiled; NIGHTJAR_SOURCE_DIR of the environment names another place, for programs that
// were brought to another machine.
inline std::filesystem::path source_dir() {
  const char* elsewhere = std::getenv("NIGHTJAR_SOURCE_DIR");
  return elsewhere && *elsewhere ? elsewhere : NIGHTJAR_SOURCE_DIR;
}
