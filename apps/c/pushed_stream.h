// A stream turned inside out: the engine asks for pictures and hands over results, callers push and take.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "apps/c/boxes.h"
#include "apps/c/error.h"
#include "apps/c/nightjar_c.h"
#include "apps/c/picture.h"
#include "engine/nightjar.h"

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

}  // namespace nightjar::c

// Pictures wait in `pushed_` until the engine asks, and results in `results_` until they are taken. The
// engine works in threads of its own; it is held up where as many results wait as pictures may be on their
// way.
struct nightjar_stream {
 public:
  nightjar_stream(const nightjar::Model& model, nightjar::c::StreamChoice choice);
  ~nightjar_stream();

  const nightjar::c::StreamChoice& choice() const { return choice_; }
  std::size_t ahead() const { return static_cast<std::size_t>(ahead_); }
  std::size_t pending();

  // Errors: usage, after end().
  nightjar::Result<void> push(std::string name, nightjar::c::Load load);
  void end();
  // Whether next() would return at once, within so many seconds.
  bool wait(double seconds);
  // Null at the end. Errors: those of the stream, from then on.
  nightjar::Result<std::unique_ptr<nightjar_streamed>> next();

 private:
  class Picture;

  bool has_next() const { return !results_.empty() || over_; }
  // Sets one of the flags below, and tells those who wait.
  void raise(bool& flag);

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
