// What libdarknet.so and libdarknet_pjreddie.so offer: those functions and structs of the two Darknets'
// libraries that scripts and wrappers load, laid out and called as there, on nightjar's C interface. A
// program that was written for one of them finds the same boxes. With DARKNET_OF_PJREDDIE defined this is
// pjreddie's, else AlexeyAB's.
//
// What is different: a `network` is opaque, so functions that take one by value are not there, nor those that
// train. Nothing ends the process: what fails says why in one line on stderr, and returns null, 0, or an
// image without data; all functions take these. Networks are loaded with a batch of 1, whatever the cfg says,
// until load_network_custom() or set_batch_network() asks for more. A class map (`map`) must be null.
// Uncertainties of Gaussian heads (`uc`), masks and embeddings are zeros.
#ifndef NIGHTJAR_LIBDARKNET_H
#define NIGHTJAR_LIBDARKNET_H

#define DARKNET_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct network network;

// Planar floats 0..1, RGB.
typedef struct image {
  int w, h, c;
  float* data;
} image;

typedef struct metadata {
  int classes;
  char** names;
} metadata;

// Centre and size.
typedef struct box {
  float x, y, w, h;
} box;

#ifdef DARKNET_OF_PJREDDIE
typedef struct detection {
  box bbox;
  int classes;
  float* prob;  // of each class; 0 where it is not above the threshold
  float* mask;
  float objectness;
  int sort_class;
} detection;
#else
typedef struct detection {
  box bbox;
  int classes;
  int best_class_idx;
  float* prob;
  float* mask;
  float objectness;
  int sort_class;
  float* uc;
  int points;
  float* embeddings;
  int embedding_size;
  float sim;
  int track_id;
} detection;

typedef struct det_num_pair {
  int num;
  detection* dets;
} det_num_pair;
#endif

// ---- Networks ----

// Where networks that are loaded from now on run: a GPU by its number where there is one; the CPU. At first,
// the first GPU or else the CPU.
DARKNET_API void cuda_set_device(int gpu);
#ifndef DARKNET_OF_PJREDDIE
DARKNET_API void init_cpu(void);
#endif

// `clear` is about training and means nothing here. Freed by free_network_ptr(), of pjreddie's by
// free_network().
DARKNET_API network* load_network(char* cfg, char* weights, int clear);
#ifdef DARKNET_OF_PJREDDIE
DARKNET_API void free_network(network* net);
#else
DARKNET_API network* load_network_custom(char* cfg, char* weights, int clear, int batch);
DARKNET_API void free_network_ptr(network* net);
#endif
DARKNET_API void set_batch_network(network* net, int batch);
DARKNET_API int network_width(network* net);
DARKNET_API int network_height(network* net);
DARKNET_API void reset_rnn(network* net);

// Run the network; what the last layer gave, there until the network's next run. Raw input: (batch, channels,
// height, width). An image is stretched to the network's size, of pjreddie's letterboxed.
#ifdef DARKNET_OF_PJREDDIE
DARKNET_API float* network_predict(network* net, float* input);
#else
DARKNET_API float* network_predict_ptr(network* net, float* input);
DARKNET_API float* network_predict_image_letterbox(network* net, image im);
#endif
DARKNET_API float* network_predict_image(network* net, image im);

// ---- Boxes ----

// Of the last run, of a picture of w x h, in its pixels, or parts of it if `relative`. Freed by
// free_detections().
#ifdef DARKNET_OF_PJREDDIE
DARKNET_API detection* get_network_boxes(network* net, int w, int h, float thresh, float hier, int* map,
                                         int relative, int* num);
#else
DARKNET_API detection* get_network_boxes(network* net, int w, int h, float thresh, float hier, int* map,
                                         int relative, int* num, int letter);
// `im.data` holds `batch_size` raw inputs. Freed by free_batch_detections().
DARKNET_API det_num_pair* network_predict_batch(network* net, image im, int batch_size, int w, int h,
                                                float thresh, float hier, int* map, int relative, int letter);
DARKNET_API void free_batch_detections(det_num_pair* pairs, int n);
#endif
// As many as the last run found, empty.
DARKNET_API detection* make_network_boxes(network* net, float thresh, int* num);
DARKNET_API void free_detections(detection* dets, int n);

// Suppression, which leaves boxes in another order and sets probabilities to 0: class by class; whatever the
// class, by objectness.
DARKNET_API void do_nms_sort(detection* dets, int total, int classes, float thresh);
DARKNET_API void do_nms_obj(detection* dets, int total, int classes, float thresh);

// ---- Images ----

// Freed by free_image().
DARKNET_API image make_image(int w, int h, int c);
DARKNET_API void free_image(image im);
// JPEG, PNG, BMP or WebP; resized to w x h unless these are 0.
DARKNET_API image load_image_color(char* filename, int w, int h);
DARKNET_API image letterbox_image(image im, int w, int h);
DARKNET_API image resize_image(image im, int w, int h);
DARKNET_API void rgbgr_image(image im);
#ifndef DARKNET_OF_PJREDDIE
// Bytes 0..255, interleaved.
DARKNET_API void copy_image_from_bytes(image im, char* pdata);
#endif

// ---- Lists ----

// classes= and the names in the file of names= (or labels=) of a .data file.
DARKNET_API metadata get_metadata(char* file);
// The lines of a file, freed by free_ptrs(); what comes behind the last is null.
DARKNET_API char** get_labels(char* filename);
DARKNET_API void free_ptrs(void** ptrs, int n);
// The numbers of the k greatest of n values, greatest first.
DARKNET_API void top_k(float* a, int n, int k, int* index);

#ifdef __cplusplus
}
#endif

#endif  // NIGHTJAR_LIBDARKNET_H
