// The C interface's stream, whose waiting lets Python's signals through.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>

#include "apps/python/src/arrays.h"
#include "apps/python/src/bind.h"
#include "apps/python/src/detections.h"
#include "apps/python/src/model.h"

namespace nightjar::python {

namespace nb = nanobind;

namespace {

constexpr double seconds_between_signals = .05;

class Stream {
 public:
  Stream(const Model& model, const DetectOptions& detect, int batch, int threads, int ahead, int order,
         bool planar)
      : channels_(model.info().input.channels), layout_{order, planar} {
    nightjar_decode_options decode;
    nightjar_decode_options_init(&decode);
    decode.channels = channels_;
    nightjar_stream_options options;
    nightjar_stream_options_init(&options);
    options.batch = batch;
    options.threads = threads;
    options.ahead = ahead;
    options.decode = &decode;
    handle_ = make<StreamHandle>(nightjar_stream_create, model.get(), detect.get(), &options);
  }

  ~Stream() {
    nb::gil_scoped_release released;
    handle_.reset();
  }

  std::size_t ahead() const { return nightjar_stream_ahead(handle_.get()); }

  void push_file(const nb::bytes& path) { call(nightjar_stream_push_file, handle_.get(), path.c_str()); }

  void push_encoded(const nb::bytes& bytes, const std::string& name) {
    call(nightjar_stream_push_encoded, handle_.get(), bytes.data(), bytes.size(), name.c_str());
  }

  void push_picture(nb::handle pixels, const std::string& name) {
    nb::list one;
    one.append(pixels);
    const Pictures picture(one, layout_, channels_);
    call(nightjar_stream_push_picture, handle_.get(), picture.all().data(), name.c_str());
  }

  void end() { nightjar_stream_end(handle_.get()); }

  // (arrays, error, (width, height), milliseconds), one of the first two None; None at the end.
  nb::object next() {
    wait();
    StreamedHandle streamed;
    {
      nb::gil_scoped_release released;
      streamed = make<StreamedHandle>(nightjar_stream_next, handle_.get());
    }
    return streamed ? tuple_of(std::move(streamed)) : nb::none();
  }

 private:
  void wait() {
    while (!ready()) {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
    }
  }

  bool ready() {
    nb::gil_scoped_release released;
    return nightjar_stream_wait(handle_.get(), seconds_between_signals);
  }

  static nb::object tuple_of(StreamedHandle streamed) {
    const nightjar_streamed* there = streamed.get();
    if (const nightjar_error* error = nightjar_streamed_error(there))
      return nb::make_tuple(nb::none(), exception_of(Failed::of(error)), nb::none(), nb::none());
    const nightjar_size size = nightjar_streamed_size(there);
    const double milliseconds = nightjar_streamed_milliseconds(there);
    const nb::list arrays = arrays_of(nightjar_streamed_detections(there), owner_of(std::move(streamed)));
    return nb::make_tuple(arrays[0], nb::none(), nb::make_tuple(size.width, size.height), milliseconds);
  }

  int channels_;
  Layout layout_;
  StreamHandle handle_;
};

}  // namespace

void bind_stream(nb::module_& module) {
  nb::class_<Stream>(module, "Stream")
      .def(nb::init<const Model&, const DetectOptions&, int, int, int, int, bool>(), nb::arg("model"),
           nb::arg("options"), nb::arg("batch"), nb::arg("threads"), nb::arg("ahead"), nb::arg("order"),
           nb::arg("planar"))
      .def_prop_ro("ahead", &Stream::ahead)
      .def("push_file", &Stream::push_file, nb::arg("path"))
      .def("push_encoded", &Stream::push_encoded, nb::arg("bytes"), nb::arg("name"))
      .def("push_picture", &Stream::push_picture, nb::arg("pixels"), nb::arg("name"))
      .def("end", &Stream::end)
      .def("next", &Stream::next);
}

}  // namespace nightjar::python
