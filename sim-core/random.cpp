#include "sim-core/random.hpp"

namespace streamtwin {
namespace {

/// The area below exp(-x^2 / 2), x >= 0, cut into layers of one size: layer i reaches from the axis to `edge[i]`, above height
/// `height[i]` and below `height[i + 1]`. Layer 0 is the lowest with the tail, as if it reached to edge[0].
struct Layers {
  static constexpr std::size_t count = 128;
  /// Where the tail begins, and the size of a layer, for 128 of them. Source: Marsaglia and Tsang, "The Ziggurat Method for
  /// Generating Random Variables", Journal of Statistical Software 5(8), 2000; Doornik, "An Improved Ziggurat Method to
  /// Generate Normal Random Samples", 2005, with more digits.
  static constexpr double tail = 3.442619855899;
  static constexpr double size = 9.91256303526217e-3;

  std::array<double, count + 1> edge, height;

  Layers() {
    height[0] = 0;
    edge[1] = tail;
    height[1] = density(tail);
    edge[0] = size / height[1];
    for (std::size_t i = 1; i + 1 < count; ++i) {
      height[i + 1] = height[i] + size / edge[i];
      edge[i + 1] = math::sqrt(-2 * math::log(height[i + 1]));
    }
    edge[count] = 0;
    height[count] = 1;
  }

  static double density(double x) { return math::exp(-0.5 * x * x); }
};

const Layers& layers() {
  static const Layers made;
  return made;
}

}  // namespace

/// The ziggurat of Marsaglia and Tsang; as Doornik asks, layer and place are of different bits of a draw.
double Random::normal() {
  const Layers& ziggurat = layers();
  for (;;) {
    const std::uint64_t draw = bits();
    const std::size_t layer = draw % Layers::count;
    // 53 bits with their sign, halfway between neighbours: as often below zero as above, and never zero
    const double share = static_cast<double>(static_cast<std::int64_t>(draw) >> 11 << 1 | 1) * 0x1p-53;
    const double x = share * ziggurat.edge[layer];
    if (std::abs(x) < ziggurat.edge[layer + 1]) [[likely]]
      return x;
    if (layer == 0) return share < 0 ? -normal_tail() : normal_tail();
    const double height = ziggurat.height[layer] + (ziggurat.height[layer + 1] - ziggurat.height[layer]) * uniform();
    if (height < Layers::density(x)) return x;
  }
}

/// Beyond the layers, by rejection from an exponential. Source: Marsaglia, "Generating a Variable from the Tail of the Normal
/// Distribution", Technometrics 6(1), 1964.
double Random::normal_tail() {
  for (;;) {
    const double beyond = exponential(1 / Layers::tail);
    if (2 * exponential(1.0) > beyond * beyond) return Layers::tail + beyond;
  }
}

}  // namespace streamtwin
