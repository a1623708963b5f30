// What was wrong with the answers that clients' resolvers had of the platform's name, and when. Who asked meanwhile keeps what it
// was told for as long as it keeps answers, past the end of the trouble; who was told nothing asks again with its next request, as
// failures to resolve are hardly kept (RFC 2308 section 7: 5 min at most; by common resolvers a few seconds).
#pragma once

#include <array>
#include <vector>

#include "models/registry/dns_trouble.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::dns {

/// What a client has to connect to.
enum class Address : std::uint8_t { right, nobodys, none };

class NameTroubles {
 public:
  using Trouble = registry::DnsTrouble;

  /// Several of a kind end with the last; times do not fall from call to call.
  void begin(Trouble trouble, Instant now);
  void end(Trouble trouble, Instant now);
  bool never_any() const;

  struct Heard {
    Address address = Address::right;
    Instant as_of;  ///< the answer was the truth then
  };
  /// What a resolver goes by now that asked then.
  Heard heard(Instant asked, Instant now) const;

 private:
  struct Span {
    Instant from;
    Instant to = never;
  };
  struct Kind {
    int active = 0;
    std::vector<Span> spans;  ///< oldest first, apart
  };
  Kind& of(Trouble trouble) { return kinds_[static_cast<std::size_t>(trouble)]; }
  /// The span of that trouble that an instant lies in; null if none.
  const Span* span_at(Trouble trouble, Instant instant) const;

  std::array<Kind, enum_names<Trouble>.size()> kinds_;
};

}  // namespace streamtwin::dns
