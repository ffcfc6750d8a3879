// pugixml reads the XML: without recursion, without entities of the file's own, without opening anything.
#include "parsers/voc.h"

#include <algorithm>
#include <new>
#include <optional>
#include <pugixml.hpp>
#include <utility>

#include "parsers/kind.h"
#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {
namespace {

constexpr std::size_t max_bytes = std::size_t{16} << 20;
constexpr int max_side = 1 << 20;

// The text, its lines, and the first thing that is wrong.
class VocReader {
 public:
  VocReader(std::string_view bytes, const std::string& file, std::vector<Error>* broken)
      : bytes_(bytes), file_(file), broken_(broken) {}

  Result<VocAnnotation> read() {
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(bytes_.data(), bytes_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (parsed.status == pugi::status_out_of_memory) throw std::bad_alloc();
    if (!parsed) return malformed(file_, line_at(parsed.offset), xml_fault(parsed));
    const pugi::xml_node root = document.child("annotation");
    if (!root) return malformed(file_, "no <annotation>; a label file of Pascal VOC is needed");
    VocAnnotation annotation{};
    const pugi::xml_node size = root.child("size");
    annotation.width = static_cast<int>(number(size ? size : root, "width", 1, max_side));
    annotation.height = static_cast<int>(number(size ? size : root, "height", 1, max_side));
    if (error_) return *error_;
    for (const pugi::xml_node object : root.children("object")) {
      VocObject its = read_object(object);
      if (!error_) {
        annotation.objects.push_back(std::move(its));
      } else if (broken_) {
        broken_->push_back(*std::exchange(error_, std::nullopt));
      } else {
        return *error_;
      }
    }
    return annotation;
  }

 private:
  static std::string xml_fault(const pugi::xml_parse_result& result) {
    std::string what = result.description();
    if (what.ends_with('.')) what.pop_back();
    return "no XML: " + what + "; a label file of Pascal VOC is needed";
  }

  int line_at(std::ptrdiff_t offset) const {
    const auto end = std::min(bytes_.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)));
    return 1 + static_cast<int>(
                   std::count(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  }

  void refuse(const pugi::xml_node& at, const std::string& what) {
    if (!error_) error_ = malformed(file_, line_at(at.offset_debug()), what);
  }

  // <key> in `parent` as a number from `low` to `high`.
  double number(const pugi::xml_node& parent, const char* key, double low, double high) {
    const pugi::xml_node node = parent.child(key);
    const std::string wanted = "<" + std::string(key) + ">";
    if (!node) return refuse(parent, "no " + wanted + " in <" + parent.name() + ">; it is needed"), 0;
    std::string_view text = node.child_value();
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    const std::optional<float> value = to_real(trim(text));
    if (value && *value >= low && *value <= high) return *value;
    refuse(node, wanted + " is " + in_quotes(text) + "; a number of pixels is needed");
    return 0;
  }

  VocObject read_object(const pugi::xml_node& node) {
    VocObject object{};
    object.line = line_at(node.offset_debug());
    object.name = trim(node.child_value("name"));
    if (object.name.empty()) refuse(node, "an <object> without <name>; its class is needed");
    object.difficult = std::string_view(node.child_value("difficult")) == "1";
    const pugi::xml_node box = node.child("bndbox");
    if (!box) {
      refuse(node, "an <object> without <bndbox>; its box is needed");
      return object;
    }
    object.left = number(box, "xmin", -max_side, max_side);
    object.top = number(box, "ymin", -max_side, max_side);
    object.right = number(box, "xmax", -max_side, max_side);
    object.bottom = number(box, "ymax", -max_side, max_side);
    if (object.right < object.left || object.bottom < object.top)
      refuse(box, "a box that ends before it begins; xmin <= xmax and ymin <= ymax are needed");
    return object;
  }

  std::string_view bytes_;
  const std::string& file_;
  std::vector<Error>* broken_;
  std::optional<Error> error_;
};

}  // namespace

Result<VocAnnotation> parse_voc(std::string_view bytes, const std::string& file, std::vector<Error>* broken) {
  if (auto text = check_text(bytes, file, "a label file of Pascal VOC", max_bytes, true); !text)
    return text.error();
  return VocReader(without_mark(bytes), file, broken).read();
}

}  // namespace nightjar
