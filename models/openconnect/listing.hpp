// The listing of appliances that a topology is built from: the one that is compiled in, or a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/openconnect/topology.hpp"
#include "models/places/globe.hpp"

namespace streamtwin::openconnect {

/// One row: a metro's sites of one kind.
struct Listed {
  SiteKind kind;
  std::string country, metro, airport;
  places::Place place;
  std::uint32_t sites, appliances, largest;
};

/// Of a file either the columns of the compiled table (kind, country, metro, airport, latitude, longitude, sites,
/// appliances, largest_site), or a row for each address of an appliance, as in stevesong/cloud_cdn_cache. Throws
/// std::invalid_argument with file and line.
std::vector<Listed> listing(const InputFile& file);

}  // namespace streamtwin::openconnect
