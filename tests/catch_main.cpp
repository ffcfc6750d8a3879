// Catch2 2 wants its main compiled once a program.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
