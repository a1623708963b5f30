// All images of a run and their layers, by number. An image that is built from another begins with that one's layers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/titus/ids.hpp"
#include "models/titus/images/image_spec.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

using LayerId = std::uint32_t;

class ImageTable {
 public:
  /// An image of its own, or one built from `base`.
  ImageId add(const ImageSpec& spec, std::optional<ImageId> base = std::nullopt);
  /// All of a scenario, in the order of their names; each one's base must be among them, and none its own base over others
  /// (std::invalid_argument, which names it). The numbers by name.
  std::map<std::string, ImageId> add_all(const std::map<std::string, ImageSpec>& specs);

  std::size_t size() const { return images_.size(); }
  std::size_t layers() const { return layer_sizes_.size(); }
  const ImageSpec& spec(ImageId image) const { return images_[image].spec; }
  /// Of containers that start from now on.
  void set_crashes(ImageId image, Fraction share) { images_[image].spec.crashes = share; }
  std::span<const LayerId> layers_of(ImageId image) const { return images_[image].layers; }
  Bytes layer_size(LayerId layer) const { return layer_sizes_[layer]; }
  /// All layers together.
  Bytes size_of(ImageId image) const { return images_[image].size; }

 private:
  struct Image {
    ImageSpec spec;
    std::vector<LayerId> layers;
    Bytes size;
  };
  std::vector<Image> images_;
  std::vector<Bytes> layer_sizes_;
};

/// The image on the way from each image to its bases that comes round to itself, if there is one: for a check of a scenario.
std::optional<std::string> image_built_from_itself(const std::map<std::string, ImageSpec>& specs);

}  // namespace streamtwin::titus
