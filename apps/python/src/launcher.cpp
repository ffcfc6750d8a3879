// The package's nightjar program. Its commands lie in the library that the extension module uses, too, so
// that a wheel has the engine once.
int nightjar_program(int argc, char** argv);  // main() of apps/nightjar/main.cpp

int main(int argc, char** argv) {
  return nightjar_program(argc, argv);
}
