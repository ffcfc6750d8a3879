#include "parsers/coco.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "parsers/kind.h"
#include "parsers/message.h"
#include "parsers/scan.h"

namespace nightjar {
namespace {

using nlohmann::json;

constexpr std::size_t max_bytes = std::size_t{1} << 30;
constexpr int max_side = 1 << 20;

// Of a whole file, without outlines, which are nine tenths of it.
json parse(std::string_view bytes) {
  const auto keep = [](int, json::parse_event_t event, json& parsed) {
    return event != json::parse_event_t::key || parsed.get_ref<const std::string&>() != "segmentation";
  };
  return json::parse(bytes.begin(), bytes.end(), keep);
}

// An object of a list, and what is wrong with it first.
class Item {
 public:
  Item(const json& value, std::string place, const std::string& file, std::optional<Error>& error)
      : value_(value), place_(std::move(place)), file_(file), error_(error) {
    if (!value_.is_object()) refuse("is no object");
  }

  double number(const char* key, double low, double high) {
    const json* found = find(key);
    const double value = found && found->is_number() ? found->get<double>() : low - 1;
    if (value >= low && value <= high) return value;
    refuse("\"" + std::string(key) + "\" is missing, or no number in its range");
    return low;
  }
  std::int64_t whole(const char* key) {
    const json* found = find(key);
    const bool fine = found && found->is_number_integer();
    if (!fine) refuse("\"" + std::string(key) + "\" is missing, or no whole number");
    return fine ? found->get<std::int64_t>() : 0;
  }
  std::string text(const char* key) {
    const json* found = find(key);
    const bool fine = found && found->is_string();
    if (!fine) refuse("\"" + std::string(key) + "\" is missing, or no text");
    return fine ? found->get<std::string>() : std::string();
  }
  // A number or a text.
  std::string id(const char* key) {
    const json* found = find(key);
    return found && found->is_string() ? text(key) : std::to_string(whole(key));
  }
  bool flag(const char* key) const {
    const json* found = find(key);
    if (!found) return false;
    return found->is_boolean() ? found->get<bool>() : found->is_number() && found->get<double>() != 0;
  }
  bool has(const char* key) const { return find(key) != nullptr; }
  // "bbox": left, top, width, height.
  void box(CocoAnnotation& annotation) {
    const json* found = find("bbox");
    double sides[4] = {};
    bool fine = found && found->is_array() && found->size() == 4;
    for (std::size_t i = 0; fine && i < 4; ++i) {
      fine = (*found)[i].is_number();
      if (!fine) break;
      sides[i] = (*found)[i].get<double>();
      fine = std::abs(sides[i]) <= max_side && (i < 2 || sides[i] >= 0);
    }
    if (!fine) refuse("\"bbox\" is missing, or no list of left, top, width and height in pixels");
    annotation.left = sides[0], annotation.top = sides[1];
    annotation.width = sides[2], annotation.height = sides[3];
  }

 private:
  const json* find(const char* key) const {
    if (!value_.is_object()) return nullptr;
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
  }
  void refuse(const std::string& what) {
    if (!error_) error_ = malformed(file_, place_ + ": " + what + "; COCO's annotations are needed");
  }

  const json& value_;
  std::string place_;
  const std::string& file_;
  std::optional<Error>& error_;
};

class CocoReader {
 public:
  CocoReader(const json& document, const std::string& file) : document_(document), file_(file) {}

  Result<CocoAnnotations> read() {
    CocoAnnotations all;
    each("images", [&](Item item) {
      all.pictures.push_back({item.id("id"), item.text("file_name"),
                              static_cast<int>(item.number("width", 1, max_side)),
                              static_cast<int>(item.number("height", 1, max_side))});
    });
    each("categories", [&](Item item) { all.categories.push_back({item.whole("id"), item.text("name")}); });
    each("annotations", [&](Item item) {
      CocoAnnotation annotation{item.id("image_id"), item.whole("category_id"), 0, 0, 0, 0, 0,
                                item.flag("iscrowd")};
      item.box(annotation);
      constexpr double most = static_cast<double>(max_side) * max_side;
      annotation.area =
          item.has("area") ? item.number("area", 0, most) : annotation.width * annotation.height;
      all.annotations.push_back(std::move(annotation));
    });
    if (error_) return *error_;
    return all;
  }

 private:
  template <class Read>
  void each(const char* key, Read read) {
    if (error_) return;
    const auto list = document_.is_object() ? document_.find(key) : document_.end();
    if (list == document_.end() || !list->is_array()) {
      error_ = malformed(file_, "no list \"" + std::string(key) + "\"; COCO's annotations are needed");
      return;
    }
    for (std::size_t i = 0; i < list->size() && !error_; ++i)
      read(Item((*list)[i], std::string(key) + "[" + std::to_string(i) + "]", file_, error_));
  }

  const json& document_;
  const std::string& file_;
  std::optional<Error> error_;
};

int line_at(std::string_view bytes, std::size_t place) {
  const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(std::min(place, bytes.size()));
  return 1 + static_cast<int>(std::count(bytes.begin(), end, '\n'));
}

}  // namespace

Result<CocoAnnotations> parse_coco(std::string_view bytes, const std::string& file) {
  constexpr std::string_view wanted = "a file of COCO's annotations";
  if (auto text = check_text(bytes, file, wanted, max_bytes); !text) return text.error();
  bytes = without_mark(bytes);
  try {
    return CocoReader(parse(bytes), file).read();
  } catch (const json::parse_error& error) {
    return malformed(file, line_at(bytes, error.byte > 0 ? error.byte - 1 : 0),
                     "no JSON; COCO's annotations are needed");
  } catch (const json::exception&) {  // a number beyond all limits
    return malformed(file, "no JSON; COCO's annotations are needed");
  }
}

}  // namespace nightjar
