#include "models/clients/encode.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/clients/traces/readers.hpp"

namespace streamtwin::clients {
namespace {

constexpr std::uint32_t chunks_of_profile = 700;  // chunk sizes repeat after this many chunks

}  // namespace

abr::Movie encode_of(const MemberSpec& spec, Random& random) {
  if (spec.movie.text.empty()) {
    const abr::Ladder ladder = spec.ladder.empty() ? abr::fixed_ladder_2015() : abr::Ladder{spec.ladder};
    return abr::Movie::variable(ladder, spec.chunk, chunks_of_profile, random);
  }
  abr::Movie movie = traces::read_movie(spec.movie.path, spec.chunk);
  if (std::abs(in_seconds(movie.chunk_duration() - spec.chunk)) > 1e-9) {
    throw traces::TraceError(fmt::format("{}: its chunks last {} s, and `members.chunk` says {} s; say `chunk: {} s`", spec.movie.path,
                                         in_seconds(movie.chunk_duration()), in_seconds(spec.chunk), in_seconds(movie.chunk_duration())));
  }
  return movie;
}

}  // namespace streamtwin::clients
