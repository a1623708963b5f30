#include "models/titus/images/image_table.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim-core/check.hpp"

namespace streamtwin::titus {

ImageId ImageTable::add(const ImageSpec& spec, std::optional<ImageId> base) {
  check(!base || *base < images_.size(), "an image's base is there before it");
  Image image{spec, {}, Bytes{0}};
  if (base) {
    image.layers = images_[*base].layers;
    image.size = images_[*base].size;
  }
  for (int layer = 0; layer < spec.layers; ++layer) {
    image.layers.push_back(static_cast<LayerId>(layer_sizes_.size()));
    layer_sizes_.push_back(spec.size / spec.layers);
  }
  image.size += spec.size;
  images_.push_back(std::move(image));
  return static_cast<ImageId>(images_.size() - 1);
}

std::optional<std::string> image_built_from_itself(const std::map<std::string, ImageSpec>& specs) {
  for (const auto& start : specs) {
    const ImageSpec* image = &start.second;
    for (std::size_t steps = 0; !image->base.empty(); ++steps) {
      if (image->base == start.first || steps > specs.size()) return start.first;
      const auto base = specs.find(image->base);
      if (base == specs.end()) break;
      image = &base->second;
    }
  }
  return std::nullopt;
}

std::map<std::string, ImageId> ImageTable::add_all(const std::map<std::string, ImageSpec>& specs) {
  if (const std::optional<std::string> circle = image_built_from_itself(specs))
    throw std::invalid_argument("image `" + *circle + "` is built from itself");
  std::map<std::string, ImageId> ids;
  for (const auto& [name, spec] : specs) {
    // From the image down to a base that is there already, then up again.
    std::vector<std::string> way{name};
    while (!specs.at(way.back()).base.empty() && !ids.contains(specs.at(way.back()).base)) {
      const std::string& base = specs.at(way.back()).base;
      if (!specs.contains(base)) throw std::invalid_argument("image `" + way.back() + "` is built from `" + base + "`, which there is not");
      way.push_back(base);
    }
    for (auto image = way.rbegin(); image != way.rend(); ++image) {
      if (ids.contains(*image)) continue;
      const ImageSpec& its = specs.at(*image);
      ids[*image] = its.base.empty() ? add(its) : add(its, ids.at(its.base));
    }
  }
  return ids;
}

}  // namespace streamtwin::titus
