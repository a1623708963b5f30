// The agents of an instance group are replaced, so many at a time: the next ones leave as soon as those before them have been.
#pragma once

#include <algorithm>

namespace streamtwin::titus {

/// What a refresh looks at of its group: agents that are being emptied, those that it is to have, those that serve.
struct RefreshFigures {
  int leaving = 0, desired = 0, serving = 0;
};

/// How many more may begin to leave: those that leave and those that are not there yet count. Agents beyond the desired size make
/// no room.
constexpr int may_leave(int at_once, const RefreshFigures& group) {
  return std::max(0, at_once - group.leaving - std::max(0, group.desired - group.serving));
}

}  // namespace streamtwin::titus
