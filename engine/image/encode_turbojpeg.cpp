// JPEG by libjpeg-turbo.
#include <turbojpeg.h>

#include <memory>
#include <new>

#include "engine/image/encode.h"

namespace nightjar {

// Colours at half the resolution, as cameras have them: encoding is what takes longest of drawing, and takes
// twice as long with whole ones, while of a frame's line only the edges soften.
std::string jpeg_by_turbojpeg(const Image& picture) {
  const std::unique_ptr<void, int (*)(tjhandle)> encoder(tjInitCompress(), tjDestroy);
  const bool grey = picture.channels == 1;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const bool done =
      encoder && tjCompress2(encoder.get(), picture.pixels.data(), picture.width, 0, picture.height,
                             grey ? TJPF_GRAY : TJPF_RGB, &bytes, &size, grey ? TJSAMP_GRAY : TJSAMP_420,
                             jpeg_quality, TJFLAG_ACCURATEDCT) == 0;
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned(bytes, tjFree);
  if (!done) throw std::bad_alloc();  // the only way in which this fails for a real picture
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace nightjar
