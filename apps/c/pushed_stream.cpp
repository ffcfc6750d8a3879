#include "apps/c/pushed_stream.h"

#include <exception>
#include <utility>

nightjar_stream::nightjar_stream(const nightjar::Model& model, nightjar::c::StreamChoice choice)
    : model_(model), choice_(std::move(choice)), ahead_(model_.most_ahead(choice_.stream)) {
  runner_ = std::thread([this] { run(); });
}

nightjar_stream::~nightjar_stream() {
  raise(stopped_);
  runner_.join();
}

void nightjar_stream::raise(bool& flag) {
  {
    const std::lock_guard lock(mutex_);
    flag = true;
  }
  changed_.notify_all();
}

std::size_t nightjar_stream::pending() {
  const std::lock_guard lock(mutex_);
  return count_ - taken_;
}

nightjar::Result<void> nightjar_stream::push(std::string name, nightjar::c::Load load) {
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

void nightjar_stream::end() {
  raise(ended_);
}

bool nightjar_stream::wait(double seconds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return has_next(); });
}

nightjar::Result<std::unique_ptr<nightjar_streamed>> nightjar_stream::next() {
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
    failure_ = std::move(failure);
  }
  raise(over_);
}
