// Who watches and how: the mix of devices, how long a session lasts, and how a client retries a play that
// failed. Device shares are Netflix's of March 2018 (Recode); the rest is not published.
#pragma once

#include <array>
#include <cstdint>

#include "models/clients/back_off.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

enum class Device : std::uint8_t { tv, pc, phone, tablet };
inline constexpr std::size_t device_kinds = 4;

/// One kind of device: its share of plays and the highest bitrate its screen asks for.
struct DeviceSpec {
  Fraction share;
  BitRate bitrate_max;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.share, {.name = "share", .doc = "Share of streams", .source = "Recode, March 2018", .min = 0, .max = 1});
    visit(
        self.bitrate_max,
        {.name = "bitrate_max", .doc = "Highest bitrate of the ladder that the screen uses", .source = assumption, .min = 1e4, .max = 1e9});
  }
};

struct DeviceMixSpec {
  DeviceSpec tv{Fraction{0.70}, BitRate{16e6}};
  DeviceSpec pc{Fraction{0.15}, BitRate{5.8e6}};
  DeviceSpec phone{Fraction{0.10}, BitRate{1.75e6}};
  DeviceSpec tablet{Fraction{0.05}, BitRate{3e6}};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.tv, {.name = "tv", .doc = "Televisions, consoles and sticks"});
    visit(self.pc, {.name = "pc", .doc = "Browsers"});
    visit(self.phone, {.name = "phone", .doc = "Telephones"});
    visit(self.tablet, {.name = "tablet", .doc = "Tablets"});
  }
  const DeviceSpec& operator[](Device device) const {
    switch (device) {
      case Device::pc: return pc;
      case Device::phone: return phone;
      case Device::tablet: return tablet;
      case Device::tv: break;
    }
    return tv;
  }
};

/// A device by its share; shares need not add up to 1.
Device draw_device(const DeviceMixSpec& mix, Random& random);

struct SessionLengthSpec {
  Duration median = 35min;
  double sigma = 0.7;
  Duration shortest = 1min;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.median,
          {.name = "median", .doc = "Median time a member watches in one go (mean 45 min)", .source = assumption, .min = 1, .max = 86400});
    visit(self.sigma,
          {.name = "sigma", .doc = "Standard deviation of the logarithm of that time", .source = assumption, .min = 0, .max = 3});
    visit(self.shortest, {.name = "shortest", .doc = "Nobody leaves sooner", .source = assumption, .min = 0, .max = 86400});
  }
};

/// Lognormal, at most the title's length.
Duration draw_session_length(const SessionLengthSpec& config, Duration title_length, Random& random);

}  // namespace streamtwin::clients

namespace streamtwin {
template <>
inline constexpr auto enum_names<clients::Device> =
    std::to_array<EnumName<clients::Device>>({{clients::Device::tv, "tv", "television"},
                                              {clients::Device::pc, "pc", "browser"},
                                              {clients::Device::phone, "phone", "telephone"},
                                              {clients::Device::tablet, "tablet", "tablet"}});
}  // namespace streamtwin
