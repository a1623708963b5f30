#include "models/clients/abr/movie.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim-core/math.hpp"

namespace streamtwin::abr {

Ladder::Ladder(std::vector<BitRate> rates) : rates_(std::move(rates)) {
  if (rates_.empty() || rates_.size() > 64)
    throw std::invalid_argument(fmt::format("a ladder needs 1 to 64 bitrates, this one has {}", rates_.size()));
  for (std::size_t i = 0; i < rates_.size(); ++i) {
    if (!(rates_[i] > (i == 0 ? BitRate{0} : rates_[i - 1])) || !std::isfinite(rates_[i].value()))
      throw std::invalid_argument(
          fmt::format("a ladder's bitrates must be positive and rise; rate {} is {} bps", i + 1, rates_[i].value()));
    utilities_.push_back(math::log(rates_[i].value()) - math::log(rates_[0].value()));
  }
}

Ladder Ladder::capped(BitRate limit) const {
  const std::size_t kept = std::max<std::size_t>(1, std::upper_bound(rates_.begin(), rates_.end(), limit) - rates_.begin());
  return Ladder{std::vector<BitRate>(rates_.begin(), rates_.begin() + kept)};
}

Level Ladder::highest_within(BitRate rate) const {
  const auto above = std::upper_bound(rates_.begin(), rates_.end(), rate) - rates_.begin();
  return static_cast<Level>(above == 0 ? 0 : above - 1);
}

Ladder fixed_ladder_2015() {
  using namespace literals;
  return Ladder{{235_kbps, 375_kbps, 560_kbps, 750_kbps, 1050_kbps, 1750_kbps, 2350_kbps, 3000_kbps, 4300_kbps, 5800_kbps}};
}

Movie::Movie(Ladder ladder, Duration chunk_duration, std::uint32_t chunks)
    : ladder_(std::move(ladder)), chunk_duration_(chunk_duration), chunks_(chunks) {
  if (!(chunk_duration > Duration{0}) || chunks == 0)
    throw std::invalid_argument("a movie needs at least one chunk, and chunks of a positive duration");
}

Movie Movie::constant(Ladder ladder, Duration chunk_duration, std::uint32_t chunks) {
  return Movie(std::move(ladder), chunk_duration, chunks);
}

Movie Movie::variable(Ladder ladder, Duration chunk_duration, std::uint32_t chunks, Random& random) {
  Movie movie(std::move(ladder), chunk_duration, chunks);
  constexpr double memory = 0.8, sigma = 0.3, factor_max = 2;
  double state = random.normal();
  double sum = 0;
  for (std::uint32_t i = 0; i < chunks; ++i) {
    movie.factors_.push_back(static_cast<float>(math::exp(sigma * state)));
    sum += movie.factors_.back();
    state = memory * state + math::sqrt(1 - memory * memory) * random.normal();
  }
  // Mean 1, and what is above the limit moves to the rest: two rounds leave the mean within 1e-3 of 1.
  for (int round = 0; round < 3; ++round) {
    const double scale = chunks / sum;
    sum = 0;
    for (float& factor : movie.factors_) {
      factor = static_cast<float>(std::min(factor * scale, factor_max));
      sum += factor;
    }
  }
  return movie;
}

Movie Movie::exact(Ladder ladder, Duration chunk_duration, std::vector<Bytes> sizes) {
  const std::size_t levels = ladder.size();
  if (sizes.empty() || sizes.size() % levels != 0)
    throw std::invalid_argument(fmt::format("{} chunk sizes do not fill rows of {} levels", sizes.size(), levels));
  if (std::any_of(sizes.begin(), sizes.end(), [](Bytes size) { return !(size > Bytes{0}); }))
    throw std::invalid_argument("every chunk size must be positive");
  Movie movie(std::move(ladder), chunk_duration, static_cast<std::uint32_t>(sizes.size() / levels));
  movie.sizes_ = std::move(sizes);
  return movie;
}

}  // namespace streamtwin::abr
