// A picture's classes as text, in the words of the Darknets' `classifier predict` or ours. As in format.h,
// classes without a name are called "class N", and lines and CSV escape what is not printable.
#pragma once

#include "engine/detect/format.h"
#include "parsers/lists.h"

namespace nightjar {

using ClassScores = std::span<const ClassScore>;

// AlexeyAB's "name: 0.873000", of a class tree "7, name: 0.873000, parent: name "; pjreddie's "87.30%: name".
std::string alexeyab_class_lines(ClassScores classes, Names names, const ClassTree* tree);
std::string pjreddie_class_lines(ClassScores classes, Names names);

// One row a class, as csv_rows().
inline constexpr std::string_view class_csv_head = "file,class_id,name,probability\n";
std::string class_csv_rows(ClassScores classes, Names names, std::string_view file);

// {"file", "milliseconds", "classes": [{"class_id", "name", "probability"}]} on one line, without its end.
std::string class_json(ClassScores classes, Names names, std::string_view file, double milliseconds);

}  // namespace nightjar
