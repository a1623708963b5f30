// The days and hours at which the Simian Army is at work. Netflix/SimianArmy basic/BasicCalendar.java, whose holidays are those on
// which nobody may be in the office: the federal ones of the United States as observed, and some days more.
#pragma once

#include "models/chaos/monkey/local_time.hpp"

namespace streamtwin::chaos {

struct OfficeHours {
  int open = 9, close = 15;
};

/// Its "black friday" is the fourth Friday of November: where November begins on a Friday, it comes six days before Thanksgiving and not after it.
/// A New Year's Day on a Saturday is observed on no day of the new year; the old year's 31 December is one anyway.
bool is_holiday(Day day);

/// The day itself for zero, if work is done then; else so many work days later.
Day business_day(Day from, int later);

/// The closing hour is open, too: from 9 to 15 that is seven runs of an hourly monkey, though its probability is shared out over six.
/// `always`: a property of the monkey that may say yes in place of all this; when it says no, it has said nothing.
bool is_monkey_time(const LocalTime& now, OfficeHours hours, bool observes_holidays = true, bool always = false);

}  // namespace streamtwin::chaos
