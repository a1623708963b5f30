// The words of `cache-trace` as quantities.
#pragma once

#include "scenarios/cli/command_line.hpp"

namespace streamtwin::cli {

/// Throws CLI::ValidationError.
CacheTraceArguments cache_trace_arguments(const CacheTraceTexts& texts);

/// Above zero, with its unit. Throws CLI::ValidationError that names the option.
Duration duration_of(const std::string& option, const std::string& text);

}  // namespace streamtwin::cli
