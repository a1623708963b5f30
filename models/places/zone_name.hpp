// "eu-west-1a": a zone is called as its region and a letter.
#pragma once

#include <string>

namespace streamtwin::places {

inline std::string name_of_zone(const std::string& region, int number) { return region + static_cast<char>('a' + number); }

}  // namespace streamtwin::places
