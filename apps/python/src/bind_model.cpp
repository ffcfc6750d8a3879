// The network's class, as Python sees it.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "apps/python/src/bind.h"
#include "apps/python/src/model.h"

namespace nightjar::python {

namespace nb = nanobind;

namespace {

nb::tuple tuple_of(const nightjar_shape& shape) {
  return nb::make_tuple(shape.channels, shape.height, shape.width);
}

nb::tuple names_of(const Model& model) {
  nb::list names;
  for (std::size_t i = 0; i < nightjar_model_names(model.get()); ++i)
    names.append(nightjar_model_name(model.get(), i));
  return nb::tuple(names);
}

nb::tuple warnings_of(const Model& model) {
  nb::list warnings;
  for (std::size_t i = 0; i < nightjar_model_warnings(model.get()); ++i)
    warnings.append(nightjar_model_warning(model.get(), i));
  return nb::tuple(warnings);
}

// (type, input shape, output shape)
nb::tuple layer_of(const Model& model, int number) {
  nightjar_layer layer = {};
  layer.struct_size = sizeof layer;
  call(nightjar_model_layer, model.get(), number, &layer);
  return nb::make_tuple(layer.type, tuple_of(layer.input), tuple_of(layer.output));
}

// (layer, kind, classes, slots, coordinates, new_coords, anchors)
nb::tuple head_of(const Model& model, int index) {
  nightjar_head head = {};
  head.struct_size = sizeof head;
  call(nightjar_model_head, model.get(), index, &head);
  nb::list anchors;
  for (int i = 0; head.anchors && i < 2 * head.slots; ++i) anchors.append(head.anchors[i]);
  return nb::make_tuple(head.layer, head.kind, head.classes, head.slots, head.coordinates,
                        head.new_coords != 0, nb::tuple(anchors));
}

std::string explain(const Model& model) {
  const auto text = make<TextHandle>(nightjar_model_explain, model.get());
  return text.get();
}

void bind_settings(nb::module_& module) {
  nb::class_<ModelSettings>(module, "ModelSettings")
      .def(nb::init<>())
      .def_rw("device", &ModelSettings::device)
      .def_rw("precision", &ModelSettings::precision)
      .def_rw("threads", &ModelSettings::threads)
      .def_rw("width", &ModelSettings::width)
      .def_rw("height", &ModelSettings::height)
      .def_rw("isa", &ModelSettings::isa)
      .def_rw("strict", &ModelSettings::strict)
      .def_rw("tune", &ModelSettings::tune)
      .def_rw("fuse", &ModelSettings::fuse)
      .def_rw("synthesise", &ModelSettings::synthesise)
      .def_rw("seed", &ModelSettings::seed);
}

void bind_facts(nb::class_<Model>& model) {
  const auto info = [](auto member) { return [member](const Model& of) { return of.info().*member; }; };
  const auto text = [](auto function) { return [function](const Model& of) { return function(of.get()); }; };
  using Info = nightjar_model_info;
  model.def_prop_ro("input", [](const Model& of) { return tuple_of(of.info().input); })
      .def_prop_ro("output", [](const Model& of) { return tuple_of(of.info().output); })
      .def_prop_ro("layers", info(&Info::layers))
      .def_prop_ro("heads", info(&Info::heads))
      .def_prop_ro("classes", info(&Info::classes))
      .def_prop_ro("gflop", info(&Info::gflop))
      .def_prop_ro("device", text(nightjar_model_device))
      .def_prop_ro("device_note", text(nightjar_model_device_note))
      .def_prop_ro("isa", text(nightjar_model_isa))
      .def_prop_ro("names", names_of)
      .def_prop_ro("warnings", warnings_of)
      .def("layer", layer_of, nb::arg("number"))
      .def("head", head_of, nb::arg("index"))
      .def("explain", explain);
}

}  // namespace

void bind_model(nb::module_& module) {
  bind_settings(module);
  nb::class_<Model> model(module, "Model");
  bind_facts(model);
  model
      .def(nb::init<nb::handle, nb::handle, nb::handle, const ModelSettings&>(), nb::arg("cfg"),
           nb::arg("weights").none(), nb::arg("names").none(), nb::arg("settings"))
      .def("detect", &Model::detect, nb::arg("pictures"), nb::arg("order"), nb::arg("planar"),
           nb::arg("batch"), nb::arg("options"))
      .def("classify", &Model::classify, nb::arg("pictures"), nb::arg("order"), nb::arg("planar"),
           nb::arg("batch"), nb::arg("fit"))
      .def("forward", &Model::forward, nb::arg("images"), nb::arg("layers"));
}

}  // namespace nightjar::python
