// Images of containers and the registry that they are pulled from, as a scenario describes them.
#pragma once

#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct ImageSpec {
  Bytes size{400e6};
  int layers = 6;
  std::string base;
  bool missing = false;
  Fraction crashes{0};
  Fraction asks_for_host{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.size, {.name = "size",
                      .doc = "Bytes of the layers that it adds to its base, as they are pulled",
                      .source = assumption,
                      .min = 1,
                      .max = 1e12});
    visit(self.layers, {.name = "layers", .doc = "How many layers these are, all of one size", .source = assumption, .min = 1, .max = 127});
    visit(self.base, {.name = "base",
                      .doc = "The image that it is built from, whose layers come first and are there once for all that are built from it; "
                             "if absent it stands by itself",
                      .names = "image"});
    visit(self.missing, {.name = "missing", .doc = "Whether the registry does not have it, so that it can never be pulled"});
    visit(self.crashes, {.name = "crashes", .doc = "Share of its containers that crash as they start", .source = assumption});
    visit(self.asks_for_host,
          {.name = "asks_for_host",
           .doc = "Share of its containers that ask the metadata proxy for their host's identity as they start, which is refused",
           .source = assumption});
  }
};

struct ImageRegistrySpec {
  BitRate bandwidth{40e9};
  Fraction network_share{0.5};
  BitRate unpack{800e6};
  Fraction failures{0};
  int attempts = 5;
  Duration first_sleep = 1s;
  Fraction cache_share{0.5};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.bandwidth, {.name = "bandwidth",
                           .doc = "What the registry of a stack can send, shared by all pulls",
                           .source = assumption,
                           .min = 1e3,
                           .max = 1e15});
    visit(self.network_share,
          {.name = "network_share", .doc = "Share of an agent's network that a pull can use", .source = assumption, .min = 1e-3, .max = 1});
    visit(self.unpack, {.name = "unpack",
                        .doc = "How fast an agent unpacks what it has pulled onto its disk",
                        .source = assumption,
                        .min = 1e3,
                        .max = 1e15});
    visit(self.failures, {.name = "failures", .doc = "Share of the attempts to pull that fail at their end", .source = assumption});
    visit(self.attempts, {.name = "attempts",
                          .doc = "How often a pull is tried; a missing image is not tried again",
                          .source = "Netflix/titus-executor executor/runtime/docker/docker_image_pull.go: 5",
                          .min = 1,
                          .max = 100});
    visit(self.first_sleep,
          {.name = "first_sleep",
           .doc = "Time before the first attempt, twice as long before each further one",
           .source = "Netflix/titus-executor executor/runtime/docker/docker_image_pull.go: its comment says 0, its code sleeps 1 s",
           .min = 0,
           .max = 600});
    visit(self.cache_share, {.name = "cache_share",
                             .doc = "Share of an agent's disk for images; those unused for the longest time are deleted when it is full",
                             .source = assumption,
                             .min = 0,
                             .max = 1});
  }
};

}  // namespace streamtwin::titus
