// Streams: what is pushed and how it is had, what is taken.
#include <functional>
#include <utility>

#include "apps/c/model.h"
#include "apps/c/options.h"
#include "apps/c/pushed_stream.h"
#include "engine/host/files.h"

namespace nightjar::c {
namespace {

nightjar_stream_options stream_defaults() {
  nightjar_stream_options options{};
  options.struct_size = sizeof options;
  options.batch = StreamOptions{}.batch;
  return options;
}
Result<StreamChoice> read_choice(const Model& model, const nightjar_detect_options* detect,
                                 const nightjar_stream_options* given) {
  auto boxes = read_detect_options(detect, usual_fit(model));
  if (!boxes) return boxes.error();
  const auto options = read_options(given, stream_defaults());
  if (!options) return options.error();
  const auto decode = read_decode_options(options->decode, model.input().c);
  if (!decode) return decode.error();
  if (options->batch < 1)
    return Error{Failure::usage,
                 "a batch of " + std::to_string(options->batch) + " pictures; at least 1 is needed"};
  return StreamChoice{std::move(*boxes),
                      {.threads = options->threads, .batch = options->batch, .ahead = options->ahead},
                      *decode,
                      options->keep_pictures != 0};
}

Load decoding(std::function<Result<std::string>()> bytes, std::string name, const DecodeChoice& choice) {
  return [bytes = std::move(bytes), name = std::move(name), choice]() -> Result<Image> {
    const auto encoded = bytes();
    if (!encoded) return encoded.error();
    return parse_image(*encoded, name, choice.channels, choice.options);
  };
}

std::string name_or(const char* name, const char* otherwise) {
  return name ? name : otherwise;
}

}  // namespace
}  // namespace nightjar::c

using namespace nightjar;

void nightjar_stream_options_init_sized(nightjar_stream_options* options, size_t struct_size) {
  c::write_options(c::stream_defaults(), options, struct_size);
}

nightjar_status nightjar_stream_create(const nightjar_model* model, const nightjar_detect_options* detect,
                                       const nightjar_stream_options* options, nightjar_stream** stream,
                                       nightjar_error** error) {
  return c::making(stream, error, {}, [&]() -> Result<std::unique_ptr<nightjar_stream>> {
    auto choice = c::read_choice(model->model, detect, options);
    if (!choice) return choice.error();
    return std::make_unique<nightjar_stream>(model->model, std::move(*choice));
  });
}

void nightjar_stream_free(nightjar_stream* stream) {
  delete stream;
}

size_t nightjar_stream_ahead(const nightjar_stream* stream) {
  return stream->ahead();
}
size_t nightjar_stream_pending(nightjar_stream* stream) {
  return stream->pending();
}

nightjar_status nightjar_stream_push_file(nightjar_stream* stream, const char* path, nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    if (!path) return Error{Failure::usage, "no path of a picture"};
    const std::string file = path;
    const auto read = [file] { return read_file(file, max_picture_bytes); };
    return stream->push(file, c::decoding(read, file, stream->choice().decode));
  });
}

nightjar_status nightjar_stream_push_encoded(nightjar_stream* stream, const void* bytes, size_t size,
                                             const char* name, nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    if (!bytes) return Error{Failure::usage, "no bytes of a picture"};
    const std::string called = c::name_or(name, "picture");
    const auto held = std::make_shared<const std::string>(static_cast<const char*>(bytes), size);
    const auto read = [held]() -> Result<std::string> { return *held; };
    return stream->push(called, c::decoding(read, called, stream->choice().decode));
  });
}

nightjar_status nightjar_stream_push_picture(nightjar_stream* stream, const nightjar_picture* picture,
                                             const char* name, nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    if (!picture) return Error{Failure::usage, "no picture"};
    auto image = c::copy_of(*picture);
    if (!image) return image.error();
    const auto held = std::make_shared<Image>(std::move(*image));
    return stream->push(c::name_or(name, "picture"), [held]() -> Result<Image> { return std::move(*held); });
  });
}

void nightjar_stream_end(nightjar_stream* stream) {
  stream->end();
}

int32_t nightjar_stream_wait(nightjar_stream* stream, double seconds) {
  return stream->wait(seconds);
}

nightjar_status nightjar_stream_next(nightjar_stream* stream, nightjar_streamed** streamed,
                                     nightjar_error** error) {
  return c::making(streamed, error, {}, [&] { return stream->next(); });
}

const char* nightjar_streamed_name(const nightjar_streamed* streamed) {
  return streamed->name.c_str();
}
size_t nightjar_streamed_index(const nightjar_streamed* streamed) {
  return streamed->index;
}
const nightjar_error* nightjar_streamed_error(const nightjar_streamed* streamed) {
  return streamed->error.get();
}
const nightjar_detections* nightjar_streamed_detections(const nightjar_streamed* streamed) {
  return streamed->detections.get();
}
nightjar_size nightjar_streamed_size(const nightjar_streamed* streamed) {
  return streamed->size;
}
double nightjar_streamed_milliseconds(const nightjar_streamed* streamed) {
  return streamed->milliseconds;
}
const nightjar_picture* nightjar_streamed_picture(const nightjar_streamed* streamed) {
  return streamed->image ? nightjar_image_picture(streamed->image.get()) : nullptr;
}
void nightjar_streamed_free(nightjar_streamed* streamed) {
  delete streamed;
}
