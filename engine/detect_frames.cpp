// A stream of pictures that are there already.
#include <utility>

#include "engine/nightjar.h"

namespace nightjar {
namespace {

class Frame : public StreamedPicture {
 public:
  Frame(Image image, const std::function<Result<void>(Detected)>& done)
      : image_(std::move(image)), done_(done) {}
  Result<Image> load() override { return std::move(image_); }
  Result<void> finish(Detected detected) override {
    detected_ = std::move(detected);
    return {};
  }
  Result<void> deliver() override { return done_(std::move(detected_)); }
  Result<void> skip(const Error& error) override { return error; }

 private:
  Image image_;
  Detected detected_;
  const std::function<Result<void>(Detected)>& done_;
};

}  // namespace

Result<void> Model::detect_all(const std::function<std::optional<Image>()>& next,
                               const std::function<Result<void>(Detected)>& done, const DetectOptions& detect,
                               const StreamOptions& options) const {
  const auto next_frame = [&]() -> std::unique_ptr<StreamedPicture> {
    auto image = next();
    if (!image) return nullptr;
    return std::make_unique<Frame>(std::move(*image), done);
  };
  return detect_all(PictureSource(next_frame), detect, options);
}

}  // namespace nightjar
