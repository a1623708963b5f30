#include "models/titus/images/layer_cache.hpp"

#include "sim-core/check.hpp"

namespace streamtwin::titus {

bool LayerCache::use(ImageId image) {
  const auto found = images_.find(image);
  if (found == images_.end()) return false;
  Held& held = found->second;
  if (held.users++ == 0) in_use_.splice(in_use_.end(), unused_, held.place);
  return true;
}

void LayerCache::done(ImageId image) {
  Held& held = images_.at(image);
  check(held.users > 0, "an image that is let go of was used");
  if (--held.users == 0) unused_.splice(unused_.end(), in_use_, held.place);
}

std::vector<LayerId> LayerCache::missing(ImageId image) const {
  std::vector<LayerId> missing;
  for (const LayerId layer : table_->layers_of(image)) {
    if (!layers_.contains(layer)) missing.push_back(layer);
  }
  return missing;
}

Bytes LayerCache::size_of(const std::vector<LayerId>& layers) const {
  Bytes size;
  for (const LayerId layer : layers) size += table_->layer_size(layer);
  return size;
}

bool LayerCache::add(ImageId image) {
  if (use(image)) return true;
  // Its layers are there before others go, so that none is deleted that it shares with them.
  if (!lay(table_->layers_of(image))) return false;
  images_[image] = {in_use_.insert(in_use_.end(), image), 1};
  return true;
}

bool LayerCache::lay(std::span<const LayerId> layers) {
  for (const LayerId layer : layers) {
    if (layers_[layer]++ == 0) used_ += table_->layer_size(layer);
  }
  if (make_room()) return true;
  lift(layers);
  return false;
}

void LayerCache::lift(std::span<const LayerId> layers) {
  for (const LayerId layer : layers) {
    const auto found = layers_.find(layer);
    if (--found->second > 0) continue;
    used_ -= table_->layer_size(layer);
    layers_.erase(found);
  }
  if (layers_.empty()) used_ = Bytes{0};  // no dust of rounding
}

bool LayerCache::make_room() {
  while (used_ + taken_ > capacity_) {
    if (unused_.empty()) return false;
    const ImageId oldest = unused_.front();
    unused_.pop_front();
    lift(table_->layers_of(oldest));
    images_.erase(oldest);
    ++deleted_;
  }
  return true;
}

}  // namespace streamtwin::titus
