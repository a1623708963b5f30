#include "models/work/object_store.hpp"

#include <algorithm>

#include "models/stores/s3/client.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::work {

/// Calls off what SimGrid still does for a task that has been cancelled.
class ObjectStore::UnderWay {
 public:
  explicit UnderWay(ObjectStore& store) : store_(store) { store_.under_way_.push_back(this); }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    if (engine::ending()) return;
    std::erase(store_.under_way_, this);
    if (!done_) activity.cancel();
  }
  void done() { done_ = true; }

  Cancellation activity;

 private:
  ObjectStore& store_;
  bool done_ = false;
};

void ObjectStore::fail() {
  if (++failures_ > 1) return;
  for (UnderWay* const transfer : under_way_) transfer->activity.cancel();
}

Task<Outcome> ObjectStore::carry(Host& from, Host& to, Bytes size) {
  if (answers() || size.value() < 1) {
    UnderWay under_way(*this);
    const Outcome outcome = co_await transfer(from, to, size, &under_way.activity);
    under_way.done();
    if (outcome == Outcome::finished || answers()) co_return outcome;
  }
  co_await delay(s3::given_up_after());
  co_return Outcome::failed;
}

}  // namespace streamtwin::work
