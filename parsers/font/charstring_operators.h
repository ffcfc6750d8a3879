// The numbers of a charstring's operators (Adobe Technical Note 5177, appendix A).
#pragma once

namespace nightjar::charstring {

enum Operator {
  hstem = 1,
  vstem = 3,
  vmoveto = 4,
  rlineto = 5,
  hlineto = 6,
  vlineto = 7,
  rrcurveto = 8,
  callsubr = 10,
  return_ = 11,
  escape = 12,
  endchar = 14,
  hstemhm = 18,
  hintmask = 19,
  cntrmask = 20,
  rmoveto = 21,
  hmoveto = 22,
  vstemhm = 23,
  rcurveline = 24,
  rlinecurve = 25,
  vvcurveto = 26,
  hhcurveto = 27,
  callgsubr = 29,
  vhcurveto = 30,
  hvcurveto = 31,
  hflex = escape << 8 | 34,
  flex = escape << 8 | 35,
  hflex1 = escape << 8 | 36,
  flex1 = escape << 8 | 37,
};

}  // namespace nightjar::charstring
