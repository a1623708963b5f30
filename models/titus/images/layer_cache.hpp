// The images on an agent's disk. A layer lies there once, for all images that have it, and goes with the last of them. When
// space is needed the images that no container has, and that none has asked for for the longest time, are deleted.
#pragma once

#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/titus/images/image_table.hpp"

namespace streamtwin::titus {

/// Looking for an image and using it: O(1). Adding one and deleting one: O(its layers).
class LayerCache {
 public:
  LayerCache(const ImageTable& table, Bytes capacity) : table_(&table), capacity_(capacity) {}
  LayerCache(const LayerCache&) = delete;
  LayerCache& operator=(const LayerCache&) = delete;

  bool has(ImageId image) const { return images_.contains(image); }
  /// A container has the image from now on, until done(): it is not deleted meanwhile. False if it is not there.
  bool use(ImageId image);
  void done(ImageId image);

  /// The layers of an image that are not there and must be pulled.
  std::vector<LayerId> missing(ImageId image) const;
  Bytes size_of(const std::vector<LayerId>& layers) const;
  /// An image is there, all its layers with it, and the container that pulled it has it. Others are deleted as space is needed.
  /// False if there is no room because of those in use; then all others are deleted, as a real agent would have found out by it.
  bool add(ImageId image);

  /// Layers have come that are part of no whole image yet, until they are lifted. False, and they are not there, if there is no room.
  bool lay(std::span<const LayerId> layers);
  void lift(std::span<const LayerId> layers);

  /// So much of the capacity something else has taken: no image may lie there from now on.
  void leave_free(Bytes taken) { taken_ = taken; }
  Bytes capacity() const { return capacity_; }
  Bytes used() const { return used_; }
  std::size_t images() const { return images_.size(); }
  std::size_t layers() const { return layers_.size(); }
  std::uint64_t deleted() const { return deleted_; }

 private:
  struct Held {
    std::list<ImageId>::iterator place;  ///< in unused_ or in_use_
    int users = 0;
  };
  bool make_room();

  const ImageTable* table_;
  Bytes capacity_;
  Bytes taken_{0};
  Bytes used_;
  std::unordered_map<ImageId, Held> images_;
  std::unordered_map<LayerId, int> layers_;  ///< how many images and pulls have it
  std::list<ImageId> unused_;                ///< the longest unused first
  std::list<ImageId> in_use_;
  std::uint64_t deleted_ = 0;
};

}  // namespace streamtwin::titus
