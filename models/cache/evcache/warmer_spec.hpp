// What fills a copy or a node that starts empty from another copy: Netflix's cache warmer (Netflix Technology Blog 2018, "Cache warming:
// Agility for a stateful service").
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

struct WarmerSpec {
  Rate dump{20'000};
  Bytes chunk{16e6};
  BitRate connection{720e6};
  Duration first_byte = 150ms;
  int populators = 8;
  Rate fill{10'000};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.dump, {.name = "dump",
                      .doc = "Items that a node writes to its dump each second: its rate is limited, so that clients do not suffer",
                      .source = assumption,
                      .min = 1,
                      .max = 1e7});
    visit(self.chunk, {.name = "chunk",
                       .doc = "Keys and values of a chunk, which is filled from as soon as it is in the object store",
                       .source = assumption,
                       .min = 1e3,
                       .max = 1e11});
    visit(self.connection,
          {.name = "connection",
           .doc = "What a connection to the object store carries, of a node that writes a chunk or a populator that reads it",
           .source = "about 90 MB/s of Amazon S3: assumption",
           .min = 1e5,
           .max = 1e12});
    visit(self.first_byte, {.name = "first_byte",
                            .doc = "Time to the first byte of the object store, each time",
                            .source = "100 to 200 ms of Amazon S3: assumption",
                            .min = 0,
                            .max = 60});
    visit(self.populators, {.name = "populators",
                            .doc = "Machines that add the items of chunks, of one at a time",
                            .source = assumption,
                            .min = 1,
                            .max = 10000});
    visit(self.fill, {.name = "fill",
                      .doc = "Items that a populator adds each second, of those that are not there yet",
                      .source = assumption,
                      .min = 1,
                      .max = 1e7});
  }
};

}  // namespace streamtwin::evcache
