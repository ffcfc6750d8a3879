/* The same as main.cpp, through the C interface. */
#include <nightjar_c.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  static unsigned char pixels[64 * 48 * 3];
  nightjar_model_options options;
  nightjar_model_info info;
  nightjar_picture picture;
  nightjar_model* model = NULL;
  nightjar_detections* found = NULL;
  nightjar_error* error = NULL;

  if (argc != 2) return 2;
  nightjar_model_options_init(&options);
  options.synthesise = 1;
  if (nightjar_model_load(argv[1], NULL, &options, &model, &error)) return puts(nightjar_error_message(error)), 1;
  memset(pixels, 127, sizeof pixels);
  nightjar_picture_init_hwc(&picture, pixels, NIGHTJAR_U8, 64, 48, 3);
  if (nightjar_model_detect(model, &picture, 1, 1, NULL, &found, &error))
    return puts(nightjar_error_message(error)), 1;
  info.struct_size = sizeof info;
  nightjar_model_info_get(model, &info);
  printf("nightjar %s, %d layers\n", nightjar_version(), info.layers);
  nightjar_detections_free(found);
  nightjar_model_free(model);
  return 0;
}
