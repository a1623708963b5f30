#include "models/registry/dns/resolvers.hpp"

#include "sim-core/math.hpp"

namespace streamtwin::dns {

Duration age_of_answer(const ResolverHabits& habits, const std::array<double, 2>& uniform) {
  const double extenders = habits.extenders.value();
  if (!(uniform[0] < extenders)) return habits.ttl * uniform[1];
  // The age of what is kept for ttl and an exponential time: its density falls as what has been kept so long.
  const Duration mean = habits.ttl + habits.extended_by;
  const Duration into = mean * (uniform[0] / extenders);
  if (into <= habits.ttl) return into;
  return habits.ttl - habits.extended_by * math::log(1 - uniform[1]);
}

}  // namespace streamtwin::dns
