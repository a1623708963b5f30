#include "models/cloud/ec2/instance_types.hpp"

#include <algorithm>

#include "models/data/tables.hpp"

namespace streamtwin::ec2 {

const std::vector<InstanceType>& instance_types() {
  static const std::vector<InstanceType> types = [] {
    constexpr double gibibyte = 1 << 30;
    std::vector<InstanceType> listed;
    for (const std::vector<std::string>& row : data::csv_rows(data::instance_types_csv)) {
      listed.push_back({.name = row[0],
                        .vcpus = static_cast<int>(data::csv_number(row[1])),
                        .memory = Bytes{data::csv_number(row[2]) * gibibyte},
                        .network = BitRate{data::csv_number(row[3]) * 1e9},
                        .interfaces = static_cast<int>(data::csv_number(row[4])),
                        .addresses_each = static_cast<int>(data::csv_number(row[5])),
                        .usd_per_hour = data::csv_number(row[6])});
    }
    std::sort(listed.begin(), listed.end(), [](const InstanceType& a, const InstanceType& b) { return a.name < b.name; });
    return listed;
  }();
  return types;
}

const InstanceType* instance_type(std::string_view name) {
  const std::vector<InstanceType>& all = instance_types();
  const auto found = std::find_if(all.begin(), all.end(), [name](const InstanceType& type) { return type.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> instance_type_names() {
  std::vector<std::string> names;
  for (const InstanceType& type : instance_types()) names.push_back(type.name);
  return names;
}

}  // namespace streamtwin::ec2
