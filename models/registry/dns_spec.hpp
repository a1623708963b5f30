// Names in DNS by which services find each other, as a scenario describes them.
#pragma once

#include "models/registry/dns/records.hpp"
#include "sim-core/description.hpp"

namespace streamtwin::registry {

struct DnsNamesSpec : dns::RecordSpec {
  Duration propagation = 60s;
  int answer_max = 8;
  Duration resolve_interval = 30s;

  DnsNamesSpec() { extenders = Fraction{0}; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    Without<dns::RecordSpec, "extenders", "extended_by">::describe(self, visit);  // the resolvers of a cloud keep to what is said
    visit(self.propagation, {.name = "propagation",
                             .doc = "Time until an instance that has been launched is named in place of the one before it",
                             .source = "Amazon Route 53 developer guide: changes are everywhere within 60 seconds",
                             .min = 0,
                             .max = 3600});
    visit(self.answer_max,
          {.name = "answer_max",
           .doc = "Most records in an answer; of more than that, others each time",
           .source = "Amazon Route 53 developer guide, multivalue answer routing: up to eight healthy records, chosen at random",
           .min = 1,
           .max = 10000});
    visit(self.resolve_interval, {.name = "resolve_interval",
                                  .doc = "How long a client keeps the addresses that it has resolved, whatever the time to live",
                                  .source = "openjdk/jdk sun.net.InetAddressCachePolicy: 30 s",
                                  .min = 1,
                                  .max = 86400.0 * 7});
  }
};

}  // namespace streamtwin::registry
