/* The header is C99, and its structs are what C says they are: a program that loads, asks and frees. */
#include "apps/c/nightjar_c.h"

#include <stdio.h>
#include <string.h>

static int failed(const char* what) {
  printf("%s\n", what);
  return 1;
}

int main(void) {
  static const char cfg[] =
      "[net]\nwidth=32\nheight=32\nchannels=3\n"
      "[convolutional]\nfilters=7\nsize=1\nstride=8\nactivation=linear\n"
      "[yolo]\nmask=0\nanchors=16,16\nclasses=2\nnum=1\n";
  static unsigned char pixels[32 * 32 * 3];
  nightjar_source source = {"c99.cfg", cfg, sizeof cfg - 1};
  nightjar_model_options options;
  nightjar_detect_options detect;
  nightjar_model_info info;
  nightjar_picture picture;
  nightjar_model* model = NULL;
  nightjar_detections* found = NULL;
  nightjar_error* error = NULL;

  if (nightjar_abi() != NIGHTJAR_ABI) return failed("another ABI");
  if (nightjar_model_load("missing.cfg", "missing.weights", NULL, &model, &error) != NIGHTJAR_CANNOT_READ)
    return failed("a missing file");
  if (model || strcmp(nightjar_error_file(error), "missing.cfg") != 0) return failed("its name");
  nightjar_error_free(error);

  nightjar_model_options_init(&options);
  options.synthesise = 1;
  if (nightjar_model_load_from(&source, NULL, &options, &model, NULL)) return failed("loading");
  info.struct_size = sizeof info;
  nightjar_model_info_get(model, &info);
  if (info.input.width != 32 || info.classes != 2 || info.heads != 1) return failed("facts");

  nightjar_picture_init_hwc(&picture, pixels, NIGHTJAR_U8, 32, 32, 3);
  nightjar_detect_options_init(&detect);
  detect.threshold = 0;
  if (nightjar_model_detect(model, &picture, 1, 1, &detect, &found, NULL)) return failed("detecting");
  if (nightjar_detections_count(found) == 0) return failed("no boxes at threshold 0");
  nightjar_detections_free(found);
  nightjar_model_free(model);
  return 0;
}
