#include "apps/nightjar/accuracy/worst_pictures.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "apps/nightjar/files/picture_file.h"
#include "engine/detect/format.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

struct Ink {
  std::uint8_t r, g, b;
};
constexpr Ink right_ink{60, 200, 90}, mistaken_ink{240, 160, 20}, made_up_ink{230, 50, 40},
    missed_ink{70, 130, 255};

Mark mark(const Detection& box, std::string words, const Ink& ink, float sure) {
  return {box, std::move(words), ink.r, ink.g, ink.b, sure};
}

// "dog 87%"
std::string found_words(const Detection& box, Names names) {
  const ClassScore& best = box.classes.front();
  return class_name(names, best.class_id) + ' ' + std::to_string(std::lround(best.probability * 100)) + '%';
}

std::vector<Mark> marks_of(const Judged& judged, Names names) {
  std::vector<Mark> marks;
  const auto box_at = [&](int i) -> const Detection& { return judged.boxes[static_cast<std::size_t>(i)]; };
  const auto truth_at = [&](int i) -> const Truth& { return judged.truths[static_cast<std::size_t>(i)]; };
  for (const Pair& pair : judged.comparison.pairs) {
    const Detection& box = box_at(pair.box);
    const int there = truth_at(pair.truth).class_id;
    const bool right = box.classes.front().class_id == there;
    marks.push_back(mark(box, found_words(box, names) + (right ? "" : ", is " + class_name(names, there)),
                         right ? right_ink : mistaken_ink, right ? 0 : 2));
  }
  for (const int i : judged.comparison.made_up)
    marks.push_back(mark(box_at(i), "not there: " + found_words(box_at(i), names), made_up_ink, 1));
  for (const int i : judged.comparison.missed) {
    marks.push_back(
        mark(box_of(truth_at(i)), "missed: " + class_name(names, truth_at(i).class_id), missed_ink, 3));
  }
  return marks;
}

Result<void> write_one(const Judged& judged, const std::string& file, const std::string& to, Names names,
                       int channels, const ImageOptions& reading, const DrawOptions& drawing) {
  auto picture = read_picture(file, channels, reading);
  if (!picture) return picture.error();
  draw_marks(*picture, marks_of(judged, names), drawing);
  return write_file(to, encode_image(*picture, to));
}

}  // namespace

Result<int> write_worst(const Evaluation& evaluation, const LabelledPictures& labels,
                        const std::vector<std::string>& names, const ImageOptions& reading,
                        const WorstOptions& options) {
  constexpr int colours = 3;
  if (auto made = make_folder(options.folder); !made) return made.error();
  int written = 0;
  for (const Judged* judged : evaluation.worst_first()) {
    if (written == options.most || judged->mistakes == 0) break;
    const std::string& file = labels.pictures[judged->picture].file;
    const std::string digits = std::to_string(++written), most = std::to_string(options.most);
    const std::string number = std::string(most.size() - std::min(most.size(), digits.size()), '0') + digits;
    const std::string to = std::filesystem::path(options.folder) /
                           (number + '-' + std::filesystem::path(file).filename().string());
    if (auto done = write_one(*judged, file, to, names, colours, reading, options.drawing); !done)
      return done.error();
  }
  return written;
}

}  // namespace nightjar
