#include "models/stores/cassandra/consistency.hpp"

#include <numeric>
#include <stdexcept>

namespace streamtwin::cassandra {

ByDatacenter::ByDatacenter(std::span<const int> values) {
  if (values.size() > datacenters_max) throw std::invalid_argument("a cluster of Cassandra spans 16 datacenters at most");
  std::copy(values.begin(), values.end(), values_.begin());
}

int ByDatacenter::sum() const { return std::accumulate(values_.begin(), values_.end(), 0); }

Needed::Needed(Consistency level, const ByDatacenter& copies, std::size_t own, const ByDatacenter& pending) : level_(level), own_(own) {
  switch (level) {
    case Consistency::one:
    case Consistency::local_one: together_ = 1; break;
    case Consistency::serial:
    case Consistency::quorum: together_ = quorum_of(copies.sum()); break;
    case Consistency::local_serial:
    case Consistency::local_quorum: together_ = quorum_of(copies[own]); break;
    case Consistency::all: together_ = copies.sum(); break;
    case Consistency::each_quorum:
      for (std::size_t i = 0; i < datacenters_max; ++i) {
        if (copies[i] > 0) each_[i] = quorum_of(copies[i]) + pending[i];
      }
      return;
  }
  together_ += is_local(level) ? pending[own] : pending.sum();
}

bool Needed::met_by(const ByDatacenter& answers) const {
  if (level_ != Consistency::each_quorum) return counted(answers) >= together_;
  for (std::size_t i = 0; i < datacenters_max; ++i) {
    if (answers[i] < each_[i]) return false;
  }
  return true;
}

bool Needed::lacks(const ByDatacenter& answers, std::size_t datacenter) const {
  if (level_ == Consistency::each_quorum) return answers[datacenter] < each_[datacenter];
  return (!is_local(level_) || datacenter == own_) && counted(answers) < together_;
}

}  // namespace streamtwin::cassandra
