// A stream turned inside out: the engine asks for pictures and hands over results, callers push and take.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "apps/c/boxes.h"
#include "apps/c/error.h"
#include "apps/c/model.h"
#include "apps/c/options.h"
#include "apps/c/picture.h"
#include "apps/c/source.h"
#include "engine/host/files.h"

struct nightjar_streamed {
  std::string name;
  std::size_t index = 0;
  std::unique_ptr<nightjar_error> error = nullptr;
  std::unique_ptr<nightjar_detections> detections = nullptr;
  nightjar_size size = {0, 0};
  double milliseconds = 0;
  std::unique_ptr<nightjar_image> image = nullptr;
};

namespace nightjar::c {
namespace {

nightjar_stream_options stream_defaults() {
  nightjar_stream_options options{};
  options.struct_size = sizeof options;
  options.batch = StreamOptions{}.batch;
  return options;
}

struct StreamChoice {
  DetectChoice detect;
  StreamOptions stream;
  DecodeChoice decode;
  bool keep_pictures;
};

// How a picture that was pushed is had: a file, encoded bytes, or pixels.
using Load = std::function<Result<Image>()>;

struct Pushed {
  std::string name;
  std::size_t index;
  Load load;
};

}  // namespace
}  // namespace nightjar::c

// Pictures wait in `pushed_` until the engine asks, and results in `results_` until they are taken. The
// engine works in threads of its own; it is held up where as many results wait as pictures may be on their
// way.
struct nightjar_stream {
 public:
  nightjar_stream(const nightjar::Model& model, nightjar::c::StreamChoice choice)
      : model_(model), choice_(std::move(choice)), ahead_(model_.most_ahead(choice_.stream)) {
    runner_ = std::thread([this] { run(); });
  }
  ~nightjar_stream() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    runner_.join();
  }

  std::size_t ahead() const { return static_cast<std::size_t>(ahead_); }
  const nightjar::c::StreamChoice& choice() const { return choice_; }

  std::size_t pending() {
    const std::lock_guard lock(mutex_);
    return count_ - taken_;
  }

  nightjar::Result<void> push(std::string name, nightjar::c::Load load) {
    {
      const std::lock_guard lock(mutex_);
      if (ended_)
        return nightjar::Error{nightjar::Failure::usage, "a picture for a stream that was ended: " + name};
      pushed_.push_back({std::move(name), count_, std::move(load)});
      ++count_;
    }
    changed_.notify_all();
    return {};
  }

  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
  }

  bool wait(double seconds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return has_next(); });
  }

  // Null at the end.
  nightjar::Result<std::unique_ptr<nightjar_streamed>> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return has_next(); });
    if (results_.empty()) {
      if (failure_) return *failure_;
      return std::unique_ptr<nightjar_streamed>();
    }
    auto result = std::move(results_.front());
    results_.pop_front();
    ++taken_;
    lock.unlock();
    changed_.notify_all();
    return result;
  }

 private:
  class Picture;

  bool has_next() const { return !results_.empty() || over_; }

  void run();
  std::unique_ptr<nightjar::StreamedPicture> take_pushed();
  nightjar::Result<void> hand_over(std::unique_ptr<nightjar_streamed> result);

  nightjar::Model model_;
  nightjar::c::StreamChoice choice_;
  int ahead_;

  std::mutex mutex_;  // of all that follows
  std::condition_variable changed_;
  std::deque<nightjar::c::Pushed> pushed_;
  std::deque<std::unique_ptr<nightjar_streamed>> results_;
  std::size_t count_ = 0, taken_ = 0;
  bool ended_ = false;    // no more will be pushed
  bool stopped_ = false;  // nobody will take any more
  bool over_ = false;     // the engine has ended
  std::optional<nightjar::Error> failure_;
  std::thread runner_;
};

// One on its way through the engine.
class nightjar_stream::Picture : public nightjar::StreamedPicture {
 public:
  Picture(nightjar_stream& stream, nightjar::c::Pushed pushed)
      : stream_(stream), pushed_(std::move(pushed)), result_(std::make_unique<nightjar_streamed>()) {
    result_->name = pushed_.name;
    result_->index = pushed_.index;
  }

  nightjar::Result<nightjar::Image> load() override { return std::exchange(pushed_.load, nullptr)(); }

  nightjar::Result<void> finish(nightjar::Detected detected) override {
    const nightjar::PictureSize size{detected.picture.width, detected.picture.height};
    result_->size = {size.width, size.height};
    result_->milliseconds = detected.milliseconds;
    result_->detections =
        nightjar::c::flatten({&detected.boxes, 1}, {&size, 1}, stream_.choice_.detect.box_format);
    if (stream_.choice_.keep_pictures) result_->image = nightjar::c::own(std::move(detected.picture));
    return {};
  }

  nightjar::Result<void> deliver() override { return stream_.hand_over(std::move(result_)); }

  nightjar::Result<void> skip(const nightjar::Error& error) override {
    result_->error.reset(nightjar::c::new_error(error, {pushed_.name.c_str()}));
    return deliver();
  }

 private:
  nightjar_stream& stream_;
  nightjar::c::Pushed pushed_;
  std::unique_ptr<nightjar_streamed> result_;
};

std::unique_ptr<nightjar::StreamedPicture> nightjar_stream::take_pushed() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || ended_ || !pushed_.empty(); });
  if (stopped_ || pushed_.empty()) return nullptr;
  nightjar::c::Pushed pushed = std::move(pushed_.front());
  pushed_.pop_front();
  lock.unlock();
  return std::make_unique<Picture>(*this, std::move(pushed));
}

nightjar::Result<void> nightjar_stream::hand_over(std::unique_ptr<nightjar_streamed> result) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || static_cast<int>(results_.size()) < ahead_; });
  if (stopped_) return nightjar::Error{nightjar::Failure::usage, "the stream was stopped"};
  results_.push_back(std::move(result));
  lock.unlock();
  changed_.notify_all();
  return {};
}

void nightjar_stream::run() {
  std::optional<nightjar::Error> failure;
  try {
    const auto done =
        model_.detect_all([this] { return take_pushed(); }, choice_.detect.options, choice_.stream);
    if (!done) failure = done.error();
  } catch (const std::exception& exception) {
    failure = nightjar::Error{nightjar::Failure::too_large, exception.what()};
  }
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

namespace nightjar::c {
namespace {

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
