# `cpack` in the build folder: Debian packages, one a component. Included last, when all that is installed is known.
get_target_property(abi nightjar_c SOVERSION)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nightjar)
set(CPACK_PACKAGE_VENDOR "The nightjar authors")
set(CPACK_PACKAGE_CONTACT "The nightjar authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program library darknet development)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)  # NAME_VERSION_ARCHITECTURE.deb
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/apps/c)  # libnightjar.so, which is in no package yet
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME nightjar)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "Detects, trains and measures with Darknet's networks
 nightjar reads .cfg and .weights files as they are and runs them with kernels
 of its own. This is the program, with the networks' cfgs, man pages and
 completions for bash, zsh and fish.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libnightjar${abi})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "Darknet's networks behind a C interface
 The shared library that other programs and languages call.")

set(CPACK_DEBIAN_DARKNET_PACKAGE_NAME libdarknet-nightjar)
set(CPACK_DEBIAN_DARKNET_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_DARKNET_DESCRIPTION "Drop-in libdarknet.so
 The functions that darknet.py of both Darknets, and programs written for
 AlexeyAB's C++ Detector, look for in libdarknet.so, by nightjar.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libnightjar-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS library)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers and archive of nightjar
 For programs in C (nightjar_c.h, pkg-config) and C++ (nightjar.h,
 find_package(nightjar)).")
include(CPack)
