# nightjar_ship_times(TARGET FOLDER): the folder's times of kernels, NAME.tsv each, become part of the target
# (shipped_times.h).
function(nightjar_ship_times target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.tsv)
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"times(${text})times\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}_times.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
#include <vector>

#include "engine/cuda/shipped_times.h"

std::span<const nightjar::cuda::ShippedTimes> nightjar::cuda::shipped_times() {
  static const std::vector<ShippedTimes> all{
@entries@  };
  return all;
}
]])
  target_sources(${target} PRIVATE ${source})
endfunction()
