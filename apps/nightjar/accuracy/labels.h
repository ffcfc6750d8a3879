// What the labels of pictures say, in whichever format they are: YOLO's text, Pascal VOC's XML, COCO's JSON.
#pragma once

#include <string>
#include <vector>

#include "engine/eval/truth.h"
#include "parsers/result.h"

namespace nightjar {

struct LabelOptions {
  // A folder of .txt or .xml files of the pictures' names, or COCO's .json; empty: where Darknet, the layout
  // of images/ and labels/, and Pascal VOC have them, or beside the picture.
  std::string place = {};
  std::vector<std::string> names = {};  // of the classes, by which VOC's objects are known
  int classes = 0;                      // that there are; 0: as many as the labels have
  bool tolerant = false;                // what is broken is left out, and does not end it
};

struct LabelledPicture {
  std::string file;  // the picture's path
  std::vector<Truth> truths;
  int width = 0, height = 0;  // of the picture, by its labels; 0 where they say none
  bool broken = false;        // nothing can be said of it: the file of its labels cannot be read
};

struct LabelledPictures {
  std::vector<LabelledPicture> pictures;  // as they were given
  std::vector<std::string> warnings;      // what was passed over, counted
  std::vector<Error> broken;              // what was left out for being so, with `tolerant`
  int files = 0;                          // pictures that have labels at all

  int truths() const;
};

// The labels of these pictures. A picture without any shows nothing, which a warning counts. Errors:
// cannot_read, malformed with the line, too_large; cannot_read also where no picture has labels.
Result<LabelledPictures> read_labels(const std::vector<std::string>& pictures, const LabelOptions& options);

}  // namespace nightjar
