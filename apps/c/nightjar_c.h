// nightjar's C interface: load a Darknet model, find objects in pictures that are in memory. C99 and C++.
//
//   nightjar_model* model = NULL;
//   nightjar_error* error = NULL;
//   if (nightjar_model_load("yolov3-tiny.cfg", "yolov3-tiny.weights", NULL, &model, &error)) {
//     fprintf(stderr, "%s\n", nightjar_error_message(error));
//   }
//
// What holds for all of it:
//
// - What can fail returns a nightjar_status, 0 where it went well, and takes `error`, which may be NULL.
//   Where it fails and `error` is not NULL, *error is for the caller to free with nightjar_error_free();
//   NULL, of which can be asked all the same, where there was no memory even for that. Otherwise *error is
//   left as it was. Results (`model`, `detections`, ...) are written where it goes well, and are NULL
//   otherwise. Nothing prints, exits, or throws through this interface, and nothing is kept in globals.
// - Each nightjar_..._free() takes NULL. What a function returns without a status belongs to the handle it
//   was asked of, and is there until that is freed.
// - A model does not change and serves any number of threads at once. A context, a stream, an image or a
//   result is used by one thread at a time (of a stream, see there).
// - Structs that begin with `struct_size` may grow. nightjar_..._init() fills one with its size and the
//   defaults (from other languages: ..._init_sized(), which is told the size); where a function takes a
//   pointer to options, NULL stands for the defaults. Of structs that a function fills, the caller sets
//   struct_size. All other structs stay as they are for as long as NIGHTJAR_ABI does.
// - Text is UTF-8 and ends in a zero. Names of files are the system's bytes. Yes and no are 1 and 0.
// - Sizes of pictures and networks are in pixels. Planar means (channels, height, width), rows from the top.
#ifndef NIGHTJAR_C_H
#define NIGHTJAR_C_H

#include <stddef.h>
#include <stdint.h>

#define NIGHTJAR_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

// Grows when a program that was compiled with an older header could no longer run with this library.
#define NIGHTJAR_ABI 1

NIGHTJAR_API int32_t nightjar_abi(void);          // of the library, to compare with NIGHTJAR_ABI
NIGHTJAR_API const char* nightjar_version(void);  // "0.1.0"

// ---- Errors ----

// The numbers are the exit codes of the nightjar program.
typedef enum nightjar_status {
  NIGHTJAR_OK = 0,
  NIGHTJAR_INTERNAL = 1,      // a mistake of nightjar's own
  NIGHTJAR_USAGE = 2,         // the request itself makes no sense
  NIGHTJAR_CANNOT_READ = 3,   // a file is missing, not a regular file, or unreadable
  NIGHTJAR_MALFORMED = 4,     // a file was read, and what it says is wrong
  NIGHTJAR_TOO_LARGE = 5,     // needs more memory, or is larger, than allowed
  NIGHTJAR_CANNOT_WRITE = 6,  // an output could not be written whole
  NIGHTJAR_DEVICE = 7,        // the device asked for is not there or failed
  NIGHTJAR_DIVERGED = 8       // a training left the finite numbers
} nightjar_status;

typedef struct nightjar_error nightjar_error;

NIGHTJAR_API nightjar_status nightjar_error_status(const nightjar_error* error);
// One line: the file and the place in it, what was found, what would be right.
NIGHTJAR_API const char* nightjar_error_message(const nightjar_error* error);
// The name of the file, as the caller gave it, that the message begins with; NULL where it is about no file.
NIGHTJAR_API const char* nightjar_error_file(const nightjar_error* error);
// The line of that file, counted from 1; 0 where the message names none.
NIGHTJAR_API int64_t nightjar_error_line(const nightjar_error* error);
NIGHTJAR_API void nightjar_error_free(nightjar_error* error);

// ---- Models ----

// A file, or its bytes.
typedef struct nightjar_source {
  const char* file;   // its path; with `bytes`, what messages call it
  const void* bytes;  // its content; NULL: the file is read. They may go once the call returned
  size_t size;        // of `bytes`
} nightjar_source;

enum { NIGHTJAR_FP32 = 0, NIGHTJAR_TF32 = 1, NIGHTJAR_FP16 = 2 };  // nightjar_model_options.precision
enum { NIGHTJAR_ALEXEYAB = 0, NIGHTJAR_PJREDDIE = 1 };             // whose way, where the forks differ

typedef struct nightjar_model_options {
  size_t struct_size;
  const char* device;      // "cpu" (NULL, too), "cuda", "cuda:1", ...; "auto": the first GPU, or else the CPU
  int32_t precision;       // NIGHTJAR_FP32; TF32 and FP16 on GPUs alone
  int32_t threads;         // worker threads of a context on the CPU; 0: one for each core the process may use
  int32_t width, height;   // of the network's input; 0 keeps the cfg's
  const char* isa;         // of the CPU: "avx512", "avx2", "portable", "reference"; NULL: the best there is
  int32_t strict;          // refuse unknown cfg keys
  int32_t winograd;        // 1; 0: direct convolutions only
  int32_t fuse;            // 1; 0 keeps every layer's own output (slower), for nightjar_context_observe()
  int32_t tune;            // time the candidate kernels once, remember the times in the user's cache folder
  int32_t fork;            // whose order of weights in [lstm] and [gru]
  int32_t signed_padding;  // cells outside count as -1 in xnor=1 layers, as in AlexeyAB's commands
  float temperature;       // of each [softmax], in place of the cfg's; 0 keeps that
  nightjar_source names;   // of the classes, one a line; none where file and bytes are NULL
  nightjar_source tree;    // of cfgs that name tree=: paths inside a cfg are never opened
  nightjar_source map;     // of cfgs that name map=
  int32_t synthesise;      // 1: no weights file is read; values are made up from `seed`
  uint32_t seed;
} nightjar_model_options;

NIGHTJAR_API void nightjar_model_options_init_sized(nightjar_model_options* options, size_t struct_size);
static inline void nightjar_model_options_init(nightjar_model_options* options) {
  nightjar_model_options_init_sized(options, sizeof *options);
}

typedef struct nightjar_model nightjar_model;

// Reads a cfg and its weights and prepares them to run. Fails with CANNOT_READ, MALFORMED, TOO_LARGE, USAGE,
// DEVICE.
NIGHTJAR_API nightjar_status nightjar_model_load(const char* cfg, const char* weights,
                                                 const nightjar_model_options* options,
                                                 nightjar_model** model, nightjar_error** error);
// The same of files or of bytes, each by itself. `weights` may be NULL with options->synthesise.
NIGHTJAR_API nightjar_status nightjar_model_load_from(const nightjar_source* cfg,
                                                      const nightjar_source* weights,
                                                      const nightjar_model_options* options,
                                                      nightjar_model** model, nightjar_error** error);
// Contexts and streams of the model go on; they keep what they need of it.
NIGHTJAR_API void nightjar_model_free(nightjar_model* model);

typedef struct nightjar_shape {
  int32_t channels, height, width;
} nightjar_shape;

typedef struct nightjar_model_info {
  size_t struct_size;
  nightjar_shape input;   // of the network
  nightjar_shape output;  // of its last layer
  int32_t layers;         // Darknet's count
  int32_t heads;          // detection layers; 0: a classifier, or another network that finds no boxes
  int32_t classes;        // of boxes, or the last layer's values where there is no head
  int32_t letterbox;      // [net] letter_box=1
  int32_t stretched;      // of YOLOv1's kind, for which pictures are stretched
  int32_t class_tree;     // a classifier's classes form a tree
  int32_t has_state;      // a recurrent network: what a context computes depends on its runs before
  double gflop;           // per picture: 2 * multiplies, as Darknet counts them
} nightjar_model_info;

NIGHTJAR_API void nightjar_model_info_get(const nightjar_model* model, nightjar_model_info* info);

NIGHTJAR_API const char* nightjar_model_device(const nightjar_model* model);  // "cpu"; "cuda:0 (NVIDIA H200)"
// Why "auto" became the CPU; empty otherwise.
NIGHTJAR_API const char* nightjar_model_device_note(const nightjar_model* model);
NIGHTJAR_API const char* nightjar_model_isa(const nightjar_model* model);  // "avx512"; "sm_90 fp16"
NIGHTJAR_API size_t nightjar_model_warnings(const nightjar_model* model);  // how many loading gave
NIGHTJAR_API const char* nightjar_model_warning(const nightjar_model* model, size_t index);  // or NULL
NIGHTJAR_API size_t nightjar_model_names(const nightjar_model* model);  // as many as were given; may be 0
NIGHTJAR_API const char* nightjar_model_name(const nightjar_model* model, size_t class_id);  // or NULL
// The plan as a table, a line a step; the layer table that Darknet prints. Freed by nightjar_text_free().
NIGHTJAR_API nightjar_status nightjar_model_explain(const nightjar_model* model, char** text,
                                                    nightjar_error** error);
NIGHTJAR_API nightjar_status nightjar_model_layer_table(const nightjar_model* model, char** text,
                                                        nightjar_error** error);
NIGHTJAR_API void nightjar_text_free(char* text);

// A layer of the cfg, numbered as Darknet does.
typedef struct nightjar_layer {
  size_t struct_size;
  const char* type;              // as the section is spelled: "convolutional"
  nightjar_shape input, output;  // of several inputs, the first
} nightjar_layer;

NIGHTJAR_API nightjar_status nightjar_model_layer(const nightjar_model* model, int32_t layer,
                                                  nightjar_layer* info, nightjar_error** error);

enum { NIGHTJAR_YOLO = 0, NIGHTJAR_GAUSSIAN_YOLO = 1, NIGHTJAR_REGION = 2, NIGHTJAR_DETECTION = 3 };

// A detection layer, for who decodes its values himself. They are planar: of each slot its coordinates (x, y,
// w, h; of Gaussian heads each followed by its uncertainty), the objectness, the classes; a plane each, over
// the layer's grid. Logistics and scale_x_y are applied, w and h are as the network gave them
// (docs/darknet-format.md, section 6). [detection] is one vector in an order of its own.
typedef struct nightjar_head {
  size_t struct_size;
  int32_t layer;        // Darknet's number
  int32_t kind;         // NIGHTJAR_YOLO, ...
  int32_t classes;      // of a slot
  int32_t slots;        // boxes of a cell
  int32_t coordinates;  // planes of a slot in front of its objectness
  int32_t new_coords;   // sides are squares of twice the value, not exponentials
  const float*
      anchors;  // w, h of each slot, in the network's pixels, of [region] in cells; NULL of [detection]
} nightjar_head;

// `index` counts from 0, in the cfg's order.
NIGHTJAR_API nightjar_status nightjar_model_head(const nightjar_model* model, int32_t index,
                                                 nightjar_head* head, nightjar_error** error);

// ---- Pictures ----

enum { NIGHTJAR_U8 = 0, NIGHTJAR_FLOAT = 1 };  // bytes 0..255; floats 0..1
enum { NIGHTJAR_RGB = 0, NIGHTJAR_BGR = 1 };

// Pixels of the caller's, which are read where they lie, and only during the call. Value (x, y, channel) is
// at pixels + y * row_stride + x * column_stride + channel * channel_stride; strides are in bytes and may be
// negative. So a picture may be interleaved or planar, a part of another one, upside down, or have a fourth
// channel that is not read. All of them lie in one block of memory, and what is between them is part of it.
typedef struct nightjar_picture {
  const void* pixels;
  int32_t width, height;
  int32_t channels;  // the network's: 3, or 1
  int32_t element;   // NIGHTJAR_U8 or NIGHTJAR_FLOAT
  int32_t order;     // of three channels: NIGHTJAR_RGB or NIGHTJAR_BGR
  ptrdiff_t row_stride, column_stride, channel_stride;
} nightjar_picture;

// RGB without gaps: interleaved (height, width, channels), as most libraries have it; planar, as Darknet has
// it.
NIGHTJAR_API void nightjar_picture_init_hwc(nightjar_picture* picture, const void* pixels, int32_t element,
                                            int32_t width, int32_t height, int32_t channels);
NIGHTJAR_API void nightjar_picture_init_chw(nightjar_picture* picture, const void* pixels, int32_t element,
                                            int32_t width, int32_t height, int32_t channels);

enum { NIGHTJAR_FASTEST = 0, NIGHTJAR_STB = 1 };  // who decodes JPEG and PNG; stb's pixels are Darknet's

typedef struct nightjar_decode_options {
  size_t struct_size;
  int32_t channels;    // 3, or 1; 0: 3, and in a stream those of the network
  int32_t max_side;    // 16384
  int64_t max_pixels;  // 100 * 2^20
  int32_t decoder;     // NIGHTJAR_FASTEST
  int32_t upright;     // 1: turned as its EXIF orientation says; 0 as Darknet
} nightjar_decode_options;

NIGHTJAR_API void nightjar_decode_options_init_sized(nightjar_decode_options* options, size_t struct_size);
static inline void nightjar_decode_options_init(nightjar_decode_options* options) {
  nightjar_decode_options_init_sized(options, sizeof *options);
}

// A picture of nightjar's own.
typedef struct nightjar_image nightjar_image;

// Decodes a JPEG, PNG, BMP or WebP, told apart by their first bytes; alpha is dropped. Fails with
// CANNOT_READ; MALFORMED for other formats and damaged files; TOO_LARGE, before any pixel is decoded, for
// what is over the limits.
NIGHTJAR_API nightjar_status nightjar_image_decode(const nightjar_source* source,
                                                   const nightjar_decode_options* options,
                                                   nightjar_image** image, nightjar_error** error);
// RGB bytes, interleaved without gaps.
NIGHTJAR_API const nightjar_picture* nightjar_image_picture(const nightjar_image* image);
NIGHTJAR_API void nightjar_image_free(nightjar_image* image);

// How a picture becomes the network's input.
enum {
  NIGHTJAR_FIT_USUAL = 0,      // letterbox; stretch for networks of YOLOv1's kind; crop for classifiers
  NIGHTJAR_FIT_LETTERBOX = 1,  // keeps the aspect ratio, pads with grey .5: pjreddie's Darknet
  NIGHTJAR_FIT_STRETCH = 2,    // fills the input: AlexeyAB's Darknet
  NIGHTJAR_FIT_CROP = 3,       // the shorter side becomes the input's width, and the middle is cut out
  NIGHTJAR_FIT_SQUARE = 4      // the largest square in the middle fills the input
};

// What a network of `width` x `height` would be given: planar RGB floats in 0..1, resized by Darknet's
// bilinear filter, to `values`, which has room for channels * height * width. FIT_USUAL is letterbox here.
NIGHTJAR_API nightjar_status nightjar_picture_fit(const nightjar_picture* picture, int32_t fit, int32_t width,
                                                  int32_t height, float* values, nightjar_error** error);

// ---- Detections ----

enum {
  NIGHTJAR_XYXY = 0,           // left, top, right, bottom in pixels of the picture
  NIGHTJAR_CXCYWH = 1,         // centre and size in pixels
  NIGHTJAR_XYXY_RELATIVE = 2,  // the same in parts of the picture's width and height
  NIGHTJAR_CXCYWH_RELATIVE = 3
};

typedef struct nightjar_detect_options {
  size_t struct_size;
  float threshold;         // .25: least objectness * class probability
  float nms;               // .45: greatest overlap of two boxes of one class; from 1 on nothing is suppressed
  float hierarchy;         // .5, of a class tree: least probability of the class, or of the way to it
  int32_t fit;             // NIGHTJAR_FIT_USUAL
  int32_t fork;            // whose way of decoding
  int32_t box_format;      // NIGHTJAR_XYXY
  int32_t max_detections;  // of a picture, the most probable ones; 0: all
  int32_t agnostic_nms;    // boxes of different classes suppress each other, too
  int32_t darknet_order;   // boxes in the order that Darknet's suppression leaves
  int32_t by_objectness;   // whatever they show: objectness is the probability of class 0, a box's only one
  int32_t every_object;    // boxes that no class passes for stay: class -1; nothing is suppressed
  const int32_t* classes;  // to look for; NULL: all
  size_t class_count;
} nightjar_detect_options;

NIGHTJAR_API void nightjar_detect_options_init_sized(nightjar_detect_options* options, size_t struct_size);
static inline void nightjar_detect_options_init(nightjar_detect_options* options) {
  nightjar_detect_options_init_sized(options, sizeof *options);
}

// The boxes of some pictures in flat arrays, which are there until it is freed.
typedef struct nightjar_detections nightjar_detections;

NIGHTJAR_API size_t nightjar_detections_pictures(const nightjar_detections* detections);
// Of all pictures together.
NIGHTJAR_API size_t nightjar_detections_count(const nightjar_detections* detections);
// Where each picture's boxes begin: those of picture i are offsets[i] to offsets[i + 1] - 1. pictures + 1
// numbers.
NIGHTJAR_API const size_t* nightjar_detections_offsets(const nightjar_detections* detections);
// (count, 4), as options.box_format says. Not clipped: a box may reach over the picture's edges.
NIGHTJAR_API const float* nightjar_detections_boxes(const nightjar_detections* detections);
// (count) of each box's most probable class: objectness * class probability; the class's number. Of a box
// without a class 0 and -1.
NIGHTJAR_API const float* nightjar_detections_confidences(const nightjar_detections* detections);
NIGHTJAR_API const int32_t* nightjar_detections_class_ids(const nightjar_detections* detections);
NIGHTJAR_API const float* nightjar_detections_objectness(const nightjar_detections* detections);  // (count)
// All classes above the threshold of each box, the most probable first: those of box i are the rows
// score_offsets[i] to score_offsets[i + 1] - 1 of the other two. YOLOv3's classes do not exclude each other.
NIGHTJAR_API const size_t* nightjar_detections_score_offsets(const nightjar_detections* detections);
NIGHTJAR_API const int32_t* nightjar_detections_score_class_ids(const nightjar_detections* detections);
NIGHTJAR_API const float* nightjar_detections_scores(const nightjar_detections* detections);
NIGHTJAR_API void nightjar_detections_free(nightjar_detections* detections);

// The boxes of `count` pictures, computed in batches of up to `batch`, in contexts that the model keeps for
// such calls. Any number of threads may. Each picture's boxes do not depend on its company. Fails with USAGE
// for pictures that do not fit the network, and for networks without a head; TOO_LARGE; DEVICE.
NIGHTJAR_API nightjar_status nightjar_model_detect(const nightjar_model* model,
                                                   const nightjar_picture* pictures, size_t count,
                                                   int32_t batch, const nightjar_detect_options* options,
                                                   nightjar_detections** detections, nightjar_error** error);

// ---- Classes of pictures ----

typedef struct nightjar_classify_options {
  size_t struct_size;
  int32_t fit;          // NIGHTJAR_FIT_USUAL
  int32_t leaves_only;  // of a class tree: classes that have others below them count nothing
} nightjar_classify_options;

NIGHTJAR_API void nightjar_classify_options_init_sized(nightjar_classify_options* options,
                                                       size_t struct_size);
static inline void nightjar_classify_options_init(nightjar_classify_options* options) {
  nightjar_classify_options_init_sized(options, sizeof *options);
}

typedef struct nightjar_scores nightjar_scores;

NIGHTJAR_API size_t nightjar_scores_pictures(const nightjar_scores* scores);
NIGHTJAR_API size_t nightjar_scores_classes(const nightjar_scores* scores);
// (pictures, classes): the probability of each class; of a class tree, each times those above it.
NIGHTJAR_API const float* nightjar_scores_values(const nightjar_scores* scores);
NIGHTJAR_API void nightjar_scores_free(nightjar_scores* scores);

// As nightjar_model_detect(), for networks without a head.
NIGHTJAR_API nightjar_status nightjar_model_classify(const nightjar_model* model,
                                                     const nightjar_picture* pictures, size_t count,
                                                     int32_t batch, const nightjar_classify_options* options,
                                                     nightjar_scores** scores, nightjar_error** error);

// ---- Contexts ----

// What one thread needs to run a model: the activations' memory and the worker threads.
typedef struct nightjar_context nightjar_context;

// `batch`: pictures that a run takes at most. `threads`: 0 takes the model's setting.
NIGHTJAR_API nightjar_status nightjar_context_create(const nightjar_model* model, int32_t batch,
                                                     int32_t threads, nightjar_context** context,
                                                     nightjar_error** error);
NIGHTJAR_API void nightjar_context_free(nightjar_context* context);

// As the model's own, in this context's batches. A recurrent network goes on where the run before ended.
NIGHTJAR_API nightjar_status nightjar_context_detect(nightjar_context* context,
                                                     const nightjar_picture* pictures, size_t count,
                                                     const nightjar_detect_options* options,
                                                     nightjar_detections** detections,
                                                     nightjar_error** error);
NIGHTJAR_API nightjar_status nightjar_context_classify(nightjar_context* context,
                                                       const nightjar_picture* pictures, size_t count,
                                                       const nightjar_classify_options* options,
                                                       nightjar_scores** scores, nightjar_error** error);
// Begins a new sequence: what a recurrent network remembers is zero again.
NIGHTJAR_API nightjar_status nightjar_context_reset(nightjar_context* context, nightjar_error** error);

// ---- Raw values ----

// Runs the network on `images` raw inputs, (images, channels, height, width), RGB in 0..1: 1 to the context's
// batch.
NIGHTJAR_API nightjar_status nightjar_context_forward(nightjar_context* context, const float* input,
                                                      int32_t images, nightjar_error** error);
// What a layer (-1: the one that the network ends in) gave for image `image` of the last
// nightjar_context_forward(), planar; there until the context's next run. The detection layers and the last
// layer are always there; others where nightjar_context_observe() asked.
NIGHTJAR_API nightjar_status nightjar_context_layer(nightjar_context* context, int32_t layer, int32_t image,
                                                    const float** values, nightjar_shape* shape,
                                                    nightjar_error** error);
// Layers whose values the forward runs to come are to keep, too; none: those named before no longer. Fails
// with USAGE for layers whose output the plan does not keep: options.fuse = 0 keeps all.
NIGHTJAR_API nightjar_status nightjar_context_observe(nightjar_context* context, const int32_t* layers,
                                                      size_t count, nightjar_error** error);

// Of a picture that the caller fitted himself.
typedef struct nightjar_size {
  int32_t width, height;
} nightjar_size;

// The boxes of all images of the last nightjar_context_forward(), which was given pictures of these sizes,
// fitted as options->fit says: one size for each image.
NIGHTJAR_API nightjar_status nightjar_context_boxes(nightjar_context* context, const nightjar_size* sizes,
                                                    const nightjar_detect_options* options,
                                                    nightjar_detections** detections, nightjar_error** error);

// Greedy suppression of boxes of one class, for who decodes himself: in falling order of confidence (of
// equals the first one), a box is dropped that overlaps a kept one by an IoU above `threshold`. `boxes`:
// (count, 4), centre and size in any unit. `keep`: (count), 1 for those that stay. Boxes whose confidence is
// not above 0 are dropped, and drop none.
NIGHTJAR_API nightjar_status nightjar_suppress(const float* boxes, const float* confidences, size_t count,
                                               float threshold, uint8_t* keep, nightjar_error** error);

// ---- Streams ----

// Many pictures through a model: reading and decoding, the network, and what is made of the boxes overlap on
// all cores. Pictures are pushed, results come out in their order. One thread may push while another one
// takes.
//
//   nightjar_stream_push_file(stream, "a.jpg", NULL);  // nightjar_stream_ahead() of them, then one for each
//   ...                                                // that is taken
//   nightjar_stream_end(stream);                       // no more will come
//   while (!nightjar_stream_next(stream, &streamed, &error) && streamed) {
//     ...
//     nightjar_streamed_free(streamed);
//   }
typedef struct nightjar_stream nightjar_stream;

typedef struct nightjar_stream_options {
  size_t struct_size;
  int32_t threads;        // for all steps together; 0: one for each core the process may use
  int32_t batch;          // 1: pictures that the network computes together, at most
  int32_t ahead;          // pictures on their way at most; 0: as many as keep all threads at work
  int32_t keep_pictures;  // results carry the decoded pixels, too
  const nightjar_decode_options* decode;  // read when the stream is created; NULL: the defaults
} nightjar_stream_options;

NIGHTJAR_API void nightjar_stream_options_init_sized(nightjar_stream_options* options, size_t struct_size);
static inline void nightjar_stream_options_init(nightjar_stream_options* options) {
  nightjar_stream_options_init_sized(options, sizeof *options);
}

NIGHTJAR_API nightjar_status nightjar_stream_create(const nightjar_model* model,
                                                    const nightjar_detect_options* detect,
                                                    const nightjar_stream_options* options,
                                                    nightjar_stream** stream, nightjar_error** error);
// Stops; what was not taken is lost.
NIGHTJAR_API void nightjar_stream_free(nightjar_stream* stream);

// How many pictures must be on their way to keep all threads at work. Where fewer were pushed, those that are
// there may wait for more to come, or for the end.
NIGHTJAR_API size_t nightjar_stream_ahead(const nightjar_stream* stream);
// How many were pushed and not yet taken.
NIGHTJAR_API size_t nightjar_stream_pending(nightjar_stream* stream);

// A picture to come; returns at once. A file's path; or an encoded picture's bytes, or pixels, which are
// copied, and what messages and results call it. Fails with USAGE after nightjar_stream_end().
NIGHTJAR_API nightjar_status nightjar_stream_push_file(nightjar_stream* stream, const char* path,
                                                       nightjar_error** error);
NIGHTJAR_API nightjar_status nightjar_stream_push_encoded(nightjar_stream* stream, const void* bytes,
                                                          size_t size, const char* name,
                                                          nightjar_error** error);
NIGHTJAR_API nightjar_status nightjar_stream_push_picture(nightjar_stream* stream,
                                                          const nightjar_picture* picture, const char* name,
                                                          nightjar_error** error);
NIGHTJAR_API void nightjar_stream_end(nightjar_stream* stream);

// Waits so many seconds at most; 1 where nightjar_stream_next() would return at once.
NIGHTJAR_API int32_t nightjar_stream_wait(nightjar_stream* stream, double seconds);

// What became of a picture.
typedef struct nightjar_streamed nightjar_streamed;

// The next picture's; waits for it. NULL, and OK, when the stream was ended and all were taken. A picture
// that cannot be read is a result with an error of its own, and the stream goes on. Where the stream itself
// fails (memory, device), this does, from then on.
NIGHTJAR_API nightjar_status nightjar_stream_next(nightjar_stream* stream, nightjar_streamed** streamed,
                                                  nightjar_error** error);
NIGHTJAR_API const char* nightjar_streamed_name(const nightjar_streamed* streamed);  // its path, or its name
NIGHTJAR_API size_t nightjar_streamed_index(const nightjar_streamed* streamed);  // how many came before it
NIGHTJAR_API const nightjar_error* nightjar_streamed_error(const nightjar_streamed* streamed);  // NULL: none
// Of one picture; NULL where there is an error.
NIGHTJAR_API const nightjar_detections* nightjar_streamed_detections(const nightjar_streamed* streamed);
NIGHTJAR_API nightjar_size nightjar_streamed_size(const nightjar_streamed* streamed);  // the picture's
// That the network took, with fitting and suppression; of a batch, the picture's part.
NIGHTJAR_API double nightjar_streamed_milliseconds(const nightjar_streamed* streamed);
// NULL unless options.keep_pictures.
NIGHTJAR_API const nightjar_picture* nightjar_streamed_picture(const nightjar_streamed* streamed);
NIGHTJAR_API void nightjar_streamed_free(nightjar_streamed* streamed);

#ifdef __cplusplus
}
#endif

#endif  // NIGHTJAR_C_H
