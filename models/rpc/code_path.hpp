// Code of a service that some requests take and others do not: what is new in a build, behind a flag.
#pragma once

#include "models/rpc/envelope.hpp"
#include "sim-core/record/metrics.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

class Instance;

class CodePath {
 public:
  CodePath() = default;
  CodePath(const CodePath&) = delete;
  CodePath& operator=(const CodePath&) = delete;
  virtual ~CodePath() = default;

  /// Whether the request takes it that an instance has begun at an instant.
  virtual bool takes(const Envelope& request, const Instance& instance, Instant began) const = 0;

  double work = 1;     ///< processor time of such a request, as a multiple of another's
  Fraction errors{0};  ///< share of them that fail
  Counter taken, harmed;
};

}  // namespace streamtwin::rpc
