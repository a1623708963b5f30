// Pulls of images: the registry of a stack, whose bandwidth all pulls share, and the images of an agent. What an agent pulls for
// one container it does not pull for another at the same time. A replay of Netflix/titus-executor
// executor/runtime/docker/docker_image_pull.go.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/titus/images/agent_disk.hpp"
#include "models/titus/images/image_spec.hpp"
#include "models/titus/images/image_table.hpp"
#include "models/titus/images/layer_cache.hpp"
#include "sim-core/flows/downloads.hpp"
#include "sim-core/random.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

struct ImageMeasures {
  ImageMeasures() = default;
  explicit ImageMeasures(Recorder& recorder, const std::string& prefix = "titus.images.");

  Counter asked;   ///< containers that wanted an image
  Counter cached;  ///< of which it was on the agent
  Counter pulls;   ///< that have begun
  Counter pulled;  ///< that have ended well
  Counter failed;  ///< that were given up
  Counter attempts_failed;
  Counter bytes;        ///< that were pulled
  Histogram pull_time;  ///< of pulls that ended well, from the wish to the image
};

/// Of a stack. Every pull crosses one link.
class Registry {
 public:
  Registry(const ImageRegistrySpec& spec, const ImageTable& images, ImageMeasures& measures);

  /// What chaos does to it.
  void set_bandwidth(BitRate bandwidth) { downloads_.set_capacity(link_, bandwidth); }
  /// Nothing can be pulled until it has been restored as often as it has failed; what is being pulled fails.
  void fail() { downloads_.set_on(link_, ++failures_ == 0); }
  void restore() { downloads_.set_on(link_, --failures_ == 0); }
  BitRate bandwidth() const { return downloads_.capacity(link_); }
  flows::FlowTotals totals() { return downloads_.totals(); }

  const ImageRegistrySpec& spec() const { return spec_; }
  const ImageTable& images() const { return images_; }
  ImageMeasures& measures() { return measures_; }

  flows::Download download(BitRate cap, Bytes size) { return downloads_.download(path_, cap, size); }

 private:
  const ImageRegistrySpec spec_;
  const ImageTable& images_;
  ImageMeasures& measures_;
  flows::Downloads downloads_;
  flows::LinkId link_;
  flows::PathId path_;
  int failures_ = 0;
};

class AgentImages;

/// An image that a container has; its death lets go of it. Must not outlive the agent's images.
class [[nodiscard]] ImageHold {
 public:
  ImageHold() = default;
  ImageHold(ImageHold&& other) noexcept : images_(std::exchange(other.images_, nullptr)), image_(other.image_) {}
  ImageHold& operator=(ImageHold&& other) noexcept {
    ImageHold old = std::move(*this);
    images_ = std::exchange(other.images_, nullptr);
    image_ = other.image_;
    return *this;
  }
  ~ImageHold() { let_go(); }
  void let_go();
  explicit operator bool() const { return images_ != nullptr; }

 private:
  friend class AgentImages;
  ImageHold(AgentImages& images, ImageId image) : images_(&images), image_(image) {}
  AgentImages* images_ = nullptr;
  ImageId image_ = 0;
};

enum class PullEnd : std::uint8_t {
  held,         ///< the image is there
  not_found,    ///< the registry does not have it
  unavailable,  ///< every attempt failed
  no_space,     ///< it does not fit beside the images in use
};

struct PullOutcome {
  PullEnd end = PullEnd::unavailable;
  ImageHold hold;  ///< of one that is there
};

/// The images of one agent.
class AgentImages {
 public:
  /// `disk`: of the whole agent; `network`: its bandwidth.
  AgentImages(Registry& registry, Bytes disk, BitRate network);

  /// The image if it is on the agent, at once; else an empty hold.
  ImageHold try_hold(ImageId image);
  /// Pulls what is not there. Draws of `random`.
  Task<PullOutcome> pull(ImageId image, Random& random);
  /// An image that lies on the agent when the run begins. False if there is no room beside those in use.
  bool preload(ImageId image);
  /// The same, and a container has it; an empty hold if there is no room.
  ImageHold found(ImageId image);

  const LayerCache& cache() const { return cache_; }
  const std::shared_ptr<AgentDisk>& disk() const { return disk_; }
  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  friend class ImageHold;
  class Claim;
  class Pulled;
  enum class Attempt : std::uint8_t { complete, failed, no_space };
  Task<Attempt> attempt(ImageId image, Random& random);
  bool is_in_flight(LayerId layer) const;

  Registry& registry_;
  LayerCache cache_;
  std::shared_ptr<AgentDisk> disk_;
  BitRate cap_;
  std::vector<LayerId> in_flight_;  ///< a handful at most
  Signal pull_ended_{"another container's pull"};
};

}  // namespace streamtwin::titus
