// Many pictures through a model: loading them, the network, and what is made of the boxes overlap.
#pragma once

#include <functional>
#include <memory>

#include "engine/detect/boxes.h"
#include "engine/image/fit.h"
#include "parsers/image.h"
#include "parsers/result.h"

namespace nightjar {

struct Detected {
  Image picture;
  Boxes boxes;  // relative to the picture
  // That the network took, with fitting and suppression; of a batch, the picture's part.
  double milliseconds = 0;
};

// A picture on its way. Its steps follow one another; those of several pictures run at the same time, each on
// any of the stream's threads.
class StreamedPicture {
 public:
  virtual ~StreamedPicture() = default;
  // Reads and decodes, or hands over what is there already. After an error comes skip(), and the stream goes
  // on.
  virtual Result<Image> load() = 0;
  // What takes long with the boxes, as drawing and encoding do. After an error the stream ends with it.
  virtual Result<void> finish(Detected detected) = 0;
  // The last step, one picture at a time and in their order. After an error the stream ends with it.
  virtual Result<void> deliver() = 0;
  // In place of the two: the picture cannot be had. In order, too.
  virtual Result<void> skip(const Error& error) = 0;
};

// The next picture, or null at the end. Called by one thread at a time; may wait.
using PictureSource = std::function<std::unique_ptr<StreamedPicture>()>;

struct StreamOptions {
  int threads = 0;  // for all steps together; 0: one for each core this process may use
  int batch = 1;    // pictures that the network computes together, at most
  // Pictures on their way at most; 0: as many as keep all threads at work. 1 asks for the next picture when
  // the one before was delivered.
  int ahead = 0;
};

}  // namespace nightjar
