// What EC2 is paid: all machines that have a type, and what is reserved of them.
#pragma once

#include <string>
#include <vector>

#include "models/cloud/ec2/ledger.hpp"
#include "models/cloud/ec2/reservation_spec.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// Of its zone, or itself; empty for a zone that does not exist.
std::string region_of(const Scenario& scenario, const ec2::ReservationSpec& reservation);

class ReservationsPart final : public TwinPart {
 public:
  /// A reservation as the ledger has it.
  struct Bought {
    ec2::ReservationIndex index;
    ec2::Purchase purchase;
    const ec2::ReservationSpec& spec;
    ec2::ReservationMeasures& measures;
  };

  explicit ReservationsPart(Twin::Parts& parts);
  void add_results(RunResult& result) override;

  const std::vector<Bought>& bought() const { return bought_; }

  ec2::Ledger ledger;

 private:
  std::vector<Bought> bought_;
};

}  // namespace streamtwin
