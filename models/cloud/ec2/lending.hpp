// The trough of reservations is lent: instances that their owners leave idle go to work that can be interrupted, and come back, after
// a notice, as soon as owners ask for more. Facts: Netflix, "Creating your own EC2 spot market", parts 1 and 2, 2015: what is unused is
// known at any time, borrowers take and give up by it, and what they run beyond it is charged on demand.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "models/cloud/ec2/fleet.hpp"
#include "models/cloud/ec2/ledger.hpp"
#include "models/cloud/ec2/reservation_spec.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::ec2 {

/// How many more instances may be lent of a reservation; below zero, how many of those that are lent are to come back. `idle`: what
/// its owners leave, as they are covered in part sometimes, in parts of an instance.
int to_lend(double idle, int lent, const LendingSpec& spec);

/// Whoever runs something on them that may be interrupted.
class Borrower {
 public:
  virtual ~Borrower() = default;
  /// How many further instances it has work for.
  virtual int wants() const = 0;
  virtual void borrow(Host& machine) = 0;
  /// Nothing new is to be begun there.
  virtual void notice(Host& machine) = 0;
  /// Whether it has no more use for a machine.
  virtual bool leaves_idle(const Host& machine) const = 0;
  /// What runs there is lost.
  virtual void take_away(Host& machine) = 0;
};

class Lending final : public Lender {
 public:
  /// `period`: in which it looks what is idle, and who has work for it.
  Lending(Fleet& fleet, Ledger& ledger, Duration period);

  // Before the start.
  void offer(ReservationIndex index, const Purchase& purchase, const LendingSpec& spec, ReservationMeasures& measures);
  /// It borrows instances of a type in a region, in the order in which borrowers are added.
  void add(Borrower& borrower, const InstanceType& type, const std::vector<ZoneIndex>& zones, const Cost& cost);
  void start();

  void ask_back(const InstanceType& type, const std::vector<ZoneIndex>& zones, int instances) override;

 private:
  struct Offer {
    ReservationIndex index;
    Purchase purchase;
    LendingSpec spec;
    ReservationMeasures* measures;
    double idle;
    std::optional<Instant> asked{};  ///< when an owner last needed more
  };
  struct Client {
    Borrower* borrower;
    const InstanceType* type;
    std::map<ZoneIndex, Ledger::Meter> meters;
  };
  struct Loan {
    std::uint64_t number;
    Offer* offer;
    Client* client;
    ZoneIndex zone;
    Host* machine;
    bool called_back = false;
  };

  Task<> watch();
  Task<> end_notice(std::uint64_t number, Instant until);
  Loan* loan_of(std::uint64_t number);
  void owners_changed();
  void collect_idle();
  void lend(Offer& offer);
  bool lend_one(Offer& offer, Client& client);
  std::optional<ZoneIndex> zone_for(const Offer& offer, const Client& client) const;
  int lent_of(const Offer& offer, bool with_called_back) const;
  Loan* loan_in_fullest(const InstanceType& type, const std::vector<ZoneIndex>& zones);
  void call_back(Loan& loan);
  void end(Loan& loan);

  Fleet& fleet_;
  Ledger& ledger_;
  const Duration period_;
  std::list<Offer> offers_;
  std::list<Client> clients_;
  std::list<Loan> loans_;  ///< in the order in which they were made
  std::uint64_t made_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::ec2
