#include "models/titus/fenzo/failure.hpp"

namespace streamtwin::fenzo {

const char* name_of(Lack lack) {
  switch (lack) {
    case Lack::group_limit: return "ResAllocs";
    case Lack::cpus: return "CPU";
    case Lack::memory: return "Memory";
    case Lack::network: return "Network";
    case Lack::disk: return "Disk";
    case Lack::ports: return "Ports";
    case Lack::resource_set: return "ResourceSet";
    case Lack::fitness: return "Fitness";
    case Lack::scalar: return "Other";
  }
  return "";
}

std::string name_of(const Cause& cause) {
  if (!cause.constraint.empty()) return "constraint:" + cause.constraint;
  std::string name;
  for (const Shortage& shortage : cause.shortages) {
    if (!name.empty()) name += ",";
    name += name_of(shortage.what);
    if (shortage.what == Lack::scalar) name += ":" + shortage.scalar;
  }
  return name;
}

}  // namespace streamtwin::fenzo
