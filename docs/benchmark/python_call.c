// A thread calls nightjar's C interface for as long as it is told to, on made-up pixels:
//
//   python_call CFG WEIGHTS MODEL_THREADS CALLERS SECONDS
//
// Each caller has a context of its own. Prints of the first caller the least milliseconds that a call took by the clock, and of
// its own processor time, and how many calls a second all of them made together. docs/benchmark/compare_python.py compares
// them with Python's.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nightjar_c.h"

enum { width = 640, height = 480 };
static unsigned char pixels[height * width * 3];

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

struct caller {
  const nightjar_model* model;
  double seconds, least, least_processor;
  long calls;
};

static void* call(void* argument) {
  struct caller* caller = argument;
  nightjar_context* context = NULL;
  if (nightjar_context_create(caller->model, 1, 0, &context, NULL)) exit(1);
  nightjar_picture picture;
  nightjar_picture_init_hwc(&picture, pixels, NIGHTJAR_U8, width, height, 3);
  caller->least = caller->least_processor = 1e9;
  for (const double end = now(CLOCK_MONOTONIC) + caller->seconds; now(CLOCK_MONOTONIC) < end; ++caller->calls) {
    nightjar_detections* found = NULL;
    const double began = now(CLOCK_MONOTONIC), processor = now(CLOCK_THREAD_CPUTIME_ID);
    if (nightjar_context_detect(context, &picture, 1, NULL, &found, NULL)) exit(1);
    nightjar_detections_free(found);
    const double used = now(CLOCK_THREAD_CPUTIME_ID) - processor, took = now(CLOCK_MONOTONIC) - began;
    if (took < caller->least) caller->least = took;
    if (used < caller->least_processor) caller->least_processor = used;
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
  printf("%.4f %.4f %.1f\n", each[0].least * 1e3, each[0].least_processor * 1e3, (double)calls / each[0].seconds);
  nightjar_model_free(model);
  return 0;
}
