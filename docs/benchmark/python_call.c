// A thread calls nightjar's C interface for as long as it is told to, on made-up pixels:
//
//   python_call CFG WEIGHTS MODEL_THREADS CALLERS SECONDS
//
// Each caller has a context of its own. Prints the least milliseconds that a call of the first took, and how many calls a
// second all of them made together. docs/benchmark/compare_python.py compares them with Python's.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nightjar_c.h"

enum { width = 640, height = 480 };
static unsigned char pixels[height * width * 3];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

struct caller {
  const nightjar_model* model;
  double seconds, best;
  long calls;
};

static void* call(void* argument) {
  struct caller* caller = argument;
  nightjar_context* context = NULL;
  if (nightjar_context_create(caller->model, 1, 0, &context, NULL)) exit(1);
  nightjar_picture picture;
  nightjar_picture_init_hwc(&picture, pixels, NIGHTJAR_U8, width, height, 3);
  caller->best = 1e9;
  for (const double end = now() + caller->seconds; now() < end; ++caller->calls) {
    nightjar_detections* found = NULL;
    const double began = now();
    if (nightjar_context_detect(context, &picture, 1, NULL, &found, NULL)) exit(1);
    nightjar_detections_free(found);
    const double took = now() - began;
    if (took < caller->best) caller->best = took;
  }
  nightjar_context_free(context);
  return NULL;
}

int main(int count, char** words) {
  if (count != 6) return 2;
  nightjar_model_options options;
  nightjar_model_options_init(&options);
  options.threads = atoi(words[3]);
  nightjar_model* model = NULL;
  if (nightjar_model_load(words[1], words[2], &options, &model, NULL)) return 1;
  for (size_t i = 0; i < sizeof pixels; ++i) pixels[i] = (unsigned char)(i * 2654435761u >> 13);
  enum { most = 16 };
  const int callers = atoi(words[4]);
  if (callers < 1 || callers > most) return 2;
  struct caller each[most] = {0};
  pthread_t threads[most];
  long calls = 0;
  for (int i = 0; i < callers; ++i) {
    each[i].model = model;
    each[i].seconds = atof(words[5]);
    pthread_create(&threads[i], NULL, call, &each[i]);
  }
  for (int i = 0; i < callers; ++i) {
    pthread_join(threads[i], NULL);
    calls += each[i].calls;
  }
  printf("%.4f %.1f\n", each[0].best * 1e3, (double)calls / each[0].seconds);
  nightjar_model_free(model);
  return 0;
}
