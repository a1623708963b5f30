#include "models/edge/dns/name_troubles.hpp"

#include <algorithm>
#include <iterator>

namespace streamtwin::dns {

void NameTroubles::begin(Trouble trouble, Instant now) {
  Kind& kind = of(trouble);
  if (++kind.active == 1) kind.spans.push_back({.from = now});
}

void NameTroubles::end(Trouble trouble, Instant now) {
  Kind& kind = of(trouble);
  if (--kind.active == 0) kind.spans.back().to = now;
}

bool NameTroubles::never_any() const {
  return std::all_of(kinds_.begin(), kinds_.end(), [](const Kind& kind) { return kind.spans.empty(); });
}

const NameTroubles::Span* NameTroubles::span_at(Trouble trouble, Instant instant) const {
  const std::vector<Span>& spans = kinds_[static_cast<std::size_t>(trouble)].spans;
  const auto later = std::upper_bound(spans.begin(), spans.end(), instant, [](Instant at, const Span& span) { return at < span.from; });
  if (later == spans.begin()) return nullptr;
  const Span& last = *std::prev(later);
  return instant < last.to ? &last : nullptr;
}

NameTroubles::Heard NameTroubles::heard(Instant asked, Instant now) const {
  if (span_at(Trouble::missing, asked) != nullptr) asked = now;
  if (span_at(Trouble::missing, asked) != nullptr) return {Address::none, asked};
  if (span_at(Trouble::wrong, asked) != nullptr) return {Address::nobodys, asked};
  const Span* const stale = span_at(Trouble::stale, asked);
  return {Address::right, stale == nullptr ? asked : stale->from};
}

}  // namespace streamtwin::dns
