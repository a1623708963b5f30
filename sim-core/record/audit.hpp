// The conservation audit: whatever is created ends exactly once, or is still alive at the end of the run.
// Requests, sessions, leases, containers and bytes are each a kind; the audit compares what was created with
// how it ended and with how many are seen alive, counted independently by tokens or by a census.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace streamtwin {

struct AuditTally {
  double created = 0;
  double finished = 0;
  double failed = 0;
  double abandoned = 0;
  double alive = 0;     ///< tokens in existence, plus what the last census saw
  double lost = 0;      ///< tokens that died without having ended
  double repeated = 0;  ///< ends reported for a token that had ended before

  bool operator==(const AuditTally&) const = default;
};

/// Counts one kind where no token is at hand (bytes, say): the owner reports a census before check(). 8
/// bytes.
class AuditKind {
 public:
  AuditKind() = default;
  explicit AuditKind(AuditTally* tally) : tally_(tally) {}

  void created(double n = 1) { add(&AuditTally::created, n); }
  void finished(double n = 1) { add(&AuditTally::finished, n); }
  void failed(double n = 1) { add(&AuditTally::failed, n); }
  void abandoned(double n = 1) { add(&AuditTally::abandoned, n); }
  /// How many are alive now, counted by walking them. Replaces the previous census of this handle's kind.
  void census(double alive) {
    if (tally_) tally_->alive = alive;
  }

 private:
  friend class Audited;
  void add(double AuditTally::*what, double n) {
    if (tally_) tally_->*what += n;
  }
  AuditTally* tally_ = nullptr;
};

/// What it means when the owner of a token disappears (its process is cancelled) before the thing has ended.
enum class WhenDropped { is_lost, is_abandoned, is_failed };

/// A token that lives as long as the thing it stands for. It ends once; a second end, or dying without an end
/// when nothing else was agreed, is a violation that check() reports. 16 bytes, moves but does not copy.
class Audited {
 public:
  Audited() = default;
  explicit Audited(AuditKind kind, WhenDropped when_dropped = WhenDropped::is_lost)
      : kind_(kind), when_dropped_(when_dropped), open_(true) {
    kind_.created();
    kind_.add(&AuditTally::alive, 1);
  }
  Audited(Audited&& other) noexcept : kind_(other.kind_), when_dropped_(other.when_dropped_), open_(other.open_) {
    other.kind_ = {};
    other.open_ = false;
  }
  Audited& operator=(Audited&& other) noexcept;
  ~Audited() { drop(); }

  void finish() { end(&AuditTally::finished); }
  void fail() { end(&AuditTally::failed); }
  void abandon() { end(&AuditTally::abandoned); }
  bool open() const { return open_; }

 private:
  void end(double AuditTally::*how) {
    if (!open_) {
      kind_.add(&AuditTally::repeated, 1);
      return;
    }
    open_ = false;
    kind_.add(&AuditTally::alive, -1);
    kind_.add(how, 1);
  }
  void drop() {
    if (!open_) return;
    end(when_dropped_ == WhenDropped::is_lost        ? &AuditTally::lost
        : when_dropped_ == WhenDropped::is_abandoned ? &AuditTally::abandoned
                                                     : &AuditTally::failed);
  }

  AuditKind kind_;
  WhenDropped when_dropped_ = WhenDropped::is_lost;
  bool open_ = false;
};

inline Audited& Audited::operator=(Audited&& other) noexcept {
  if (this == &other) return *this;
  drop();
  kind_ = other.kind_;
  when_dropped_ = other.when_dropped_;
  open_ = other.open_;
  other.kind_ = {};
  other.open_ = false;
  return *this;
}

/// All kinds of a run. Tokens point into it: it outlives what it counts.
class Audit {
 public:
  Audit() = default;
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  AuditKind kind(std::string_view name);
  const std::map<std::string, AuditTally, std::less<>>& kinds() const { return kinds_; }
  /// One sentence per violation; empty when everything is accounted for. Amounts that are not whole (bytes)
  /// must agree to one part in 10^9.
  std::vector<std::string> check() const;

 private:
  std::map<std::string, AuditTally, std::less<>> kinds_;
};

}  // namespace streamtwin
