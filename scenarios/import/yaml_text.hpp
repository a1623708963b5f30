// How imports write YAML.
#pragma once

#include <string>

#include "sim-core/units.hpp"

namespace streamtwin::import {

/// A text as YAML has it: bare where nothing can be mistaken, otherwise in quotes.
std::string yaml_scalar(const std::string& text);
/// "0.1 s", "10 ms": what is shortest to read.
std::string yaml_duration(Duration time);
/// Comments have one line each, whatever is in them.
std::string yaml_comment(const std::string& text);

}  // namespace streamtwin::import
