#include "models/clients/encode.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/clients/traces/readers.hpp"

namespace streamtwin::clients {
namespace {

constexpr std::uint32_t chunks_of_profile = 700;  // chunk sizes repeat after this many chunks

}  // namespace

abr::Movie encode_of(const MemberSpec& spec, Random& random, std::vector<std::string>* remarks) {
  if (spec.movie.text.empty()) {
    const abr::Ladder ladder = spec.ladder.empty() ? abr::fixed_ladder_2015() : abr::Ladder{spec.ladder};
    return abr::Movie::variable(ladder, spec.chunk, chunks_of_profile, random);
  }
  traces::MovieFile file = traces::read_movie_file(spec.movie.path, spec.chunk);
  const Duration chunk = file.movie.chunk_duration();
  if (std::abs(in_seconds(chunk - spec.chunk)) > 1e-9) {
    throw traces::TraceError(fmt::format("{}: its chunks last {} s, and `members.chunk` says {} s; say `chunk: {} s`", spec.movie.path,
                                         in_seconds(chunk), in_seconds(spec.chunk), in_seconds(chunk)));
  }
  if (remarks != nullptr) *remarks = std::move(file.remarks);
  if (file.sized) return std::move(file.movie);
  const abr::Movie video = abr::Movie::variable(file.movie.ladder(), chunk, chunks_of_profile, random);
  std::vector<Bytes> sizes;
  for (std::uint32_t i = 0; i < chunks_of_profile; ++i) {
    for (std::size_t level = 0; level < video.ladder().size(); ++level)
      sizes.push_back(video.chunk_size(i, static_cast<abr::Level>(level)) + file.audio);
  }
  return abr::Movie::exact(video.ladder(), chunk, std::move(sizes));
}

}  // namespace streamtwin::clients
