#include "models/titus/images/registry.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

ImageMeasures::ImageMeasures(Recorder& recorder, const std::string& prefix)
    : asked(recorder.counter(prefix + "asked")),
      cached(recorder.counter(prefix + "cached")),
      pulls(recorder.counter(prefix + "pulls")),
      pulled(recorder.counter(prefix + "pulled")),
      failed(recorder.counter(prefix + "failed")),
      attempts_failed(recorder.counter(prefix + "attempts_failed")),
      bytes(recorder.counter(prefix + "bytes", "B")),
      pull_time(recorder.histogram(prefix + "pull_time")) {}

Registry::Registry(const ImageRegistrySpec& spec, const ImageTable& images, ImageMeasures& measures)
    : spec_(spec), images_(images), measures_(measures), link_(downloads_.add_link(spec.bandwidth)), path_(downloads_.path({link_})) {}

void ImageHold::let_go() {
  if (AgentImages* const images = std::exchange(images_, nullptr)) images->cache_.done(image_);
}

AgentImages::AgentImages(Registry& registry, Bytes disk, BitRate network)
    : registry_(registry),
      cache_(registry.images(), disk * registry.spec().cache_share.value()),
      disk_(std::make_shared<AgentDisk>()),
      cap_(network * registry.spec().network_share.value()) {}

/// Layers that a container pulls, so that no other pulls them, until it is done or cut off.
class AgentImages::Claim {
 public:
  Claim(AgentImages& images, std::vector<LayerId> layers) : images_(images), layers_(std::move(layers)) {
    images_.in_flight_.insert(images_.in_flight_.end(), layers_.begin(), layers_.end());
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() {
    for (const LayerId layer : layers_) std::erase(images_.in_flight_, layer);
    images_.pull_ended_.notify_all();
  }

 private:
  AgentImages& images_;
  std::vector<LayerId> layers_;
};

/// Layers that a container has pulled, until its image is whole.
class AgentImages::Pulled {
 public:
  explicit Pulled(LayerCache& cache) : cache_(cache) {}
  Pulled(const Pulled&) = delete;
  Pulled& operator=(const Pulled&) = delete;
  ~Pulled() { cache_.lift(layers_); }
  bool add(std::span<const LayerId> layers) {
    if (!cache_.lay(layers)) return false;
    layers_.insert(layers_.end(), layers.begin(), layers.end());
    return true;
  }

 private:
  LayerCache& cache_;
  std::vector<LayerId> layers_;
};

bool AgentImages::is_in_flight(LayerId layer) const { return std::find(in_flight_.begin(), in_flight_.end(), layer) != in_flight_.end(); }

bool AgentImages::preload(ImageId image) { return static_cast<bool>(found(image)); }

ImageHold AgentImages::found(ImageId image) {
  if (!cache_.add(image)) return {};
  return {*this, image};
}

ImageHold AgentImages::try_hold(ImageId image) {
  ++registry_.measures().asked;
  if (!cache_.use(image)) return {};
  ++registry_.measures().cached;
  return {*this, image};
}

Task<PullOutcome> AgentImages::pull(ImageId image, Random& random) {
  const ImageRegistrySpec& spec = registry_.spec();
  ImageMeasures& measures = registry_.measures();
  const Instant wished = now();
  PullEnd end = PullEnd::unavailable;
  ++measures.pulls;
  Duration sleep = spec.first_sleep;
  for (int attempts = 0; attempts < spec.attempts; ++attempts, sleep *= 2) {
    co_await delay(sleep);
    if (registry_.images().spec(image).missing) {
      end = PullEnd::not_found;
      break;
    }
    const Attempt outcome = co_await attempt(image, random);
    if (outcome == Attempt::complete) {
      ++measures.pulled;
      measures.pull_time.record(now() - wished);
      co_return PullOutcome{PullEnd::held, ImageHold(*this, image)};
    }
    ++measures.attempts_failed;
    if (outcome == Attempt::no_space) {
      end = PullEnd::no_space;
      break;
    }
  }
  ++measures.failed;
  co_return PullOutcome{end, {}};
}

// Pulls what nobody pulls, then waits for what others do. What those did not get is for this one to pull.
Task<AgentImages::Attempt> AgentImages::attempt(ImageId image, Random& random) {
  const ImageRegistrySpec& spec = registry_.spec();
  Pulled pulled(cache_);
  for (;;) {
    std::vector<LayerId> layers = cache_.missing(image);
    cache_.leave_free(disk_->filled());
    if (layers.empty()) co_return cache_.add(image) ? Attempt::complete : Attempt::no_space;
    std::erase_if(layers, [this](LayerId layer) { return is_in_flight(layer); });
    if (layers.empty()) {
      co_await pull_ended_.wait();
      continue;
    }
    if (!disk_->anything_comes()) co_return Attempt::failed;
    const Claim claim(*this, layers);
    const Bytes size = cache_.size_of(layers);
    const Outcome outcome = co_await registry_.download(cap_, size);
    if (outcome != Outcome::finished || random.chance(spec.failures.value())) co_return Attempt::failed;
    registry_.measures().bytes.add(size);
    co_await delay(size / (disk_->speed().value() * spec.unpack));
    if (!pulled.add(layers)) co_return Attempt::no_space;
  }
}

}  // namespace streamtwin::titus
