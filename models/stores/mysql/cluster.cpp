#include "models/stores/mysql/cluster.hpp"

#include <algorithm>

namespace streamtwin::mysql {
Cluster::Cluster(const MysqlSpec& spec, std::size_t servers, std::size_t primary, Histogram lags)
    : apply_time_(spec.apply_time), copies_(servers, Copy{.applier = Applier(spec.applier_threads)}), primary_(primary), lags_(lags) {}

Position Cluster::commit(std::uint64_t key, Version version, Instant now) {
  Copy& own = copies_[primary_];
  Version& row = own.rows.try_emplace(key, stores::never_written).first->second;
  log_.push_back({key, version, row, now});
  row = version;
  return own.received = own.applied = end();
}

void Cluster::acknowledge(Position position) {
  if (position > dropped_ && position <= end()) log_[position - dropped_ - 1].acknowledged = true;
}

void Cluster::receive(std::size_t server, Position up_to, Instant now) {
  Copy& copy = copies_[server];
  apply_until(copy, now);
  for (up_to = std::min(up_to, end()); copy.received < up_to; ++copy.received) {
    copy.due.push_back(copy.applier.apply(now, apply_time_));
    lags_.record(copy.due.back() - at(copy.received + 1).committed);
  }
  drop_what_all_have();
}

void Cluster::apply_until(Copy& copy, Instant now) {
  for (; !copy.due.empty() && copy.due.front() <= now; copy.due.pop_front()) {
    const Transaction& next = at(++copy.applied);
    copy.rows.insert_or_assign(next.key, next.version);
  }
}

Version Cluster::read(std::size_t server, std::uint64_t key, Instant now) {
  Copy& copy = copies_[server];
  apply_until(copy, now);
  const auto row = copy.rows.find(key);
  return row == copy.rows.end() ? stores::never_written : row->second;
}

Duration Cluster::lag(std::size_t server, Instant now) {
  Copy& copy = copies_[server];
  apply_until(copy, now);
  return copy.applied >= end() ? Duration{0} : now - at(copy.applied + 1).committed;
}

Instant Cluster::caught_up(std::size_t server) const {
  const Copy& copy = copies_[server];
  return copy.due.empty() ? Instant{} : copy.due.back();
}

bool Cluster::has(Position position, std::uint32_t term) const {
  return std::all_of(kept_.begin() + term, kept_.end(), [position](Position kept) { return position <= kept; });
}

Losses Cluster::promote(std::size_t server) {
  Copy& next = copies_[server];
  if (!next.due.empty()) apply_until(next, next.due.back());
  const Losses losses = cut_after(next.received);
  primary_ = server;
  kept_.push_back(end());
  ++term_;
  return losses;
}

Losses Cluster::lose_since(Instant since) {
  Copy& own = copies_[primary_];
  for (; own.received > dropped_ && at(own.received).committed >= since; --own.received) {
    own.rows.insert_or_assign(at(own.received).key, at(own.received).before);
  }
  own.applied = own.received;
  return cut_after(own.received);
}

Losses Cluster::cut_after(Position last) {
  Losses losses;
  for (Position lost = last + 1; lost <= end(); ++lost) losses.acknowledged += at(lost).acknowledged;
  log_.resize(log_.size() - (end() - last));
  for (Copy& copy : copies_) copy.diverged |= copy.received > last;
  return losses;
}

void Cluster::empty(std::size_t server) {
  Copy& copy = copies_[server];
  copy.rows.clear();
  copy.due.clear();
  copy.received = copy.applied = 0;
  copy.diverged = true;
}

void Cluster::fill(std::size_t server) {
  Copy& copy = copies_[server];
  copy.rows = copies_[primary_].rows;
  copy.due.clear();
  copy.received = copy.applied = end();
  copy.diverged = false;
}

Losses Cluster::fill_primary() {
  Copy& own = copies_[primary_];
  Copy* source = nullptr;
  for (Copy& copy : copies_) {
    if (&copy != &own && !copy.diverged && (source == nullptr || copy.received > source->received)) source = &copy;
  }
  if (source != nullptr && !source->due.empty()) apply_until(*source, source->due.back());
  const Losses losses = cut_after(source != nullptr ? source->received : dropped_);
  if (source != nullptr) own.rows = source->rows;
  own.received = own.applied = end();
  own.diverged = false;
  kept_.push_back(end());
  ++term_;
  return losses;
}

void Cluster::drop_what_all_have() {
  Position all = end();
  for (const Copy& copy : copies_) {
    if (!copy.diverged) all = std::min(all, copy.applied);
  }
  for (; dropped_ < all; ++dropped_) log_.pop_front();
}

}  // namespace streamtwin::mysql
