// Open Connect appliances: the classes of hardware with their network, disks and fill limits. Netflix Open
// Connect partner documentation (hardware, "Requirements for deploying", fill patterns); the rest marked as
// assumptions.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/openconnect/ids.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::openconnect {

enum class ApplianceClass : std::uint8_t { storage, flash, global };

struct ApplianceClassSpec {
  BitRate network;
  Bytes disk;
  BitRate fill_max;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.network, {.name = "network", .doc = "Throughput of the appliance", .source = assumption, .min = 1e6, .max = 1e13});
    visit(self.disk, {.name = "disk", .doc = "Room for content", .source = assumption, .min = 1e9, .max = 1e17});
    visit(self.fill_max, {.name = "fill_max",
                          .doc = "Highest rate at which it takes in new content",
                          .source = "Open Connect partner help 360035618071",
                          .min = 1e6,
                          .max = 1e13});
  }
};

struct ApplianceSpec {
  ApplianceClassSpec storage{BitRate{36e9}, Bytes{200e12}, BitRate{1.2e9}};
  ApplianceClassSpec flash{BitRate{96e9}, Bytes{24e12}, BitRate{0.3e9}};
  ApplianceClassSpec small_site{BitRate{18e9}, Bytes{80e12}, BitRate{0.4e9}};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.storage, {.name = "storage", .doc = "Disks for the catalogue's tail, 2 to 6 ports of 10 Gbps"});
    visit(self.flash, {.name = "flash", .doc = "Flash for the catalogue's head, 100 Gbps"});
    visit(self.small_site, {.name = "small_site", .doc = "Global appliances, for small sites: a third of the fill"});
  }
  const ApplianceClassSpec& operator[](ApplianceClass kind) const {
    return kind == ApplianceClass::flash ? flash : kind == ApplianceClass::global ? small_site : storage;
  }
};

struct Appliance {
  OcaId id = 0;
  SiteId site = 0;
  ApplianceClass kind = ApplianceClass::storage;
  BitRate network;
  Bytes disk;
  BitRate fill_max;
  std::string name;
};

}  // namespace streamtwin::openconnect

namespace streamtwin {
template <>
inline constexpr auto enum_names<openconnect::ApplianceClass> =
    std::to_array<EnumName<openconnect::ApplianceClass>>({{openconnect::ApplianceClass::storage, "storage", "disks, the catalogue's tail"},
                                                          {openconnect::ApplianceClass::flash, "flash", "flash, the catalogue's head"},
                                                          {openconnect::ApplianceClass::global, "global", "small sites"}});
}  // namespace streamtwin
